"""Keys and settings of a profile of AWS's own files, ``~/.aws/credentials`` and ``~/.aws/config``.

Files and precedence as https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html says. The half of us
that reads tables would read them by itself, the half that reads small documents would not: so both are given
what is read here.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from configparser import Error, RawConfigParser
from contextlib import suppress
from pathlib import Path
from typing import Final

from lookalike.errors import BadArgument

KEYS: Final[tuple[str, ...]] = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")

_OTHERWISE: Final = (KEYS[0], "aws_web_identity_token_file", "aws_skip_signature")
"""Variables that say how to be let in, so that a profile need not."""

_ELSEWHERE: Final = {
    "role_arn": "by taking on a role",
    "sso_session": "by signing in (SSO)",
    "sso_start_url": "by signing in (SSO)",
    "login_session": "by signing in",
    "credential_process": "from a program",
    "web_identity_token_file": "for a token of another service",
}
"""How a profile may get keys that are not written in it."""


def profile(environment: Mapping[str, str]) -> dict[str, str]:
    """What the profile says: aws_access_key_id and so on, aws_region, aws_endpoint_url, where it has them.

    ``environment`` are the variables of AWS by their names in lower case. The profile is that of
    ``AWS_PROFILE``, or "default", which need not be there. Its keys are left out where the environment has
    some. Raises `BadArgument` for a profile that is not there or whose keys have to be fetched, and for files
    that cannot be read.
    """
    name = environment.get("aws_profile", "default")
    keys = _read(environment.get("aws_shared_credentials_file", "~/.aws/credentials"))
    settings = _read(environment.get("aws_config_file", "~/.aws/config"))
    told = {**_named(settings).get(name, {}), **keys.get(name, {})}
    if not told and "aws_profile" in environment:
        known = sorted({*keys, *_named(settings)})
        raise BadArgument(
            f"AWS_PROFILE names {name!r}, which is in no file of AWS.",
            next_step=f"Name one of these: {', '.join(known)}." if known else "Make it: aws configure",
        )
    found = {f"aws_{key}": told[key] for key in ("region", "endpoint_url") if told.get(key)}
    if any(name in environment for name in _OTHERWISE):
        return found
    if told.get(KEYS[0]):
        return {**found, **{key: told[key] for key in KEYS if told.get(key)}}
    for how, said in _ELSEWHERE.items():
        if how in told:
            shown = shlex.quote(name)
            raise BadArgument(
                f"The AWS profile {name!r} gets its keys {said}, which is not done here.",
                next_step="Bring the keys: "
                f'eval "$(aws configure export-credentials --profile {shown} --format env)"',
            )
    return found


def _read(place: str) -> dict[str, dict[str, str]]:
    """The sections of a file, none where it is missing."""
    try:
        file = Path(place).expanduser()
    except RuntimeError:  # in a container that has no such user, who so has no such file
        return {}
    read = RawConfigParser(strict=False, default_section="")
    try:
        read.read_string(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, Error) as error:
        said = str(error).splitlines()[0]
        raise BadArgument(
            f"{file} cannot be read: {said}", next_step="Correct it, or move it away."
        ) from None
    return {name: dict(read[name]) for name in read.sections()}


def _named(sections: Mapping[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The profiles of the file of settings, whose sections are called "profile NAME", but for "default"."""
    found = {name: told for name, told in sections.items() if name == "default"}
    for section, told in sections.items():
        kind, _, name = section.partition(" ")
        if kind == "profile" and name.strip():
            with suppress(ValueError):  # a quotation that does not end: AWS's own tools pass it over, too
                found["".join(shlex.split(name))] = told
    return found

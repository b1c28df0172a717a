"""The command line: ``lookalike VERB``. Verbs are loaded when used; an error is one line and a status."""

from __future__ import annotations

import errno
import importlib
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import Any

import click

from lookalike import __version__, settings
from lookalike.cli.exits import EXIT_BUG, EXIT_REFUSED, EXIT_STOPPED
from lookalike.cli.output import plain
from lookalike.errors import LookalikeError

_LONGEST = 600  # characters of a message that are shown

_VERBS = (
    "create",
    "add",
    "sync",
    "remove",
    "list",
    "product",
    "similar",
    "search",
    "recommend",
    "goes-with",
    "outfit",
    "record",
    "report",
    "shoppers",
    "rules",
    "duplicates",
    "check",
    "doctor",
    "explore",
    "info",
    "verify",
    "export",
    "evaluate",
    "compare",
    "train",
    "encoders",
    "rebuild",
    "refit",
    "serve",
    "demo",
)


class _Verbs(click.Group):
    """The verbs, each in the file of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _VERBS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(importlib.import_module(f"lookalike.cli.{name}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb; a slip of the pen is told what it is near to."""
        if args and args[0] not in _VERBS and (near := get_close_matches(args[0], _VERBS, 1)):
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]}?")
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> Any:
        """Run a verb and leave with its exit status; nothing but a bug shows where it happened."""
        _open_streams()
        given = sys.argv[1:] if args is None else list(args)
        extra["standalone_mode"] = False
        try:
            status = super().main(given, **extra)
            sys.stdout.flush()
        except LookalikeError as error:
            status = _refuse(error.to_dict(), given)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            status = EXIT_REFUSED
        except click.ClickException as error:
            status = _refuse(_usage(error), given)
        except (KeyboardInterrupt, click.Abort):
            _say("Stopped.")
            status = EXIT_STOPPED
        except BrokenPipeError:
            status = 1  # whoever read the output has had enough
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EDQUOT):
                status = _bug(error, given)
            else:
                step = "Make room, or write elsewhere."
                status = _refuse({"code": "storage", "message": f"{error}.", "next_step": step}, given)
        except Exception as error:
            status = _bug(error, given)
        _settle()
        sys.exit(status if isinstance(status, int) else 0)


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lookalike")
def main() -> None:
    """Which products in this catalogue look like this one, or like this photo?

    Start with: lookalike add MY_FOLDER, then: lookalike similar ID
    """


def _refuse(error: dict[str, str], given: Sequence[str], status: int = EXIT_REFUSED) -> int:
    if "--json" in given:
        with suppress(OSError):
            click.echo(json.dumps({"error": error}, ensure_ascii=True))
    _say(f"lookalike: {error['message']} {error['next_step']}")
    if "card" in error:
        click.echo("\n" + "\n".join(plain(line) for line in error["card"].splitlines()), err=True)
    return status


def _usage(error: click.ClickException) -> dict[str, str]:
    """A mistake in the options, in the shape of every other error."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "lookalike"
    message = error.format_message().replace("\n", " ").rstrip(".")
    return {"code": "bad-argument", "message": f"{message}.", "next_step": f"See: {command} --help"}


def _bug(error: Exception, given: Sequence[str]) -> int:
    if settings.debug():
        raise error
    step = "Set LOOKALIKE_DEBUG=1 to see where, and report it."
    message = f"This should not have happened: {type(error).__name__}: {error}."
    return _refuse({"code": "error", "message": message, "next_step": step}, given, EXIT_BUG)


def _say(message: str) -> None:
    """One line on standard error, whatever characters are in it."""
    shown = plain(message)
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST // 2]} ... {shown[-_LONGEST // 2 :]}"
    click.echo(shown, err=True)


def _open_streams() -> None:
    """Standard streams that were closed lead nowhere; characters one cannot show are escaped."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _settle() -> None:
    """Let go of output that cannot be written, so that Python does not complain about it at its end."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

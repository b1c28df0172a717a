"""What the documents say can be followed: links lead somewhere, Python runs, commands exist and run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from lookalike.cli.main import main
from lookalike.testing.serving import listening

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
FROM_NOTHING = {"README.md", "start.md"}
"""Documents that begin before there is an index."""

PLACEHOLDERS = {"ID", "PATH", "FILE", "FOLDER"}
OTHER_PROGRAMS = {"make", "pip", "jupyter", ".", "createdb", "curl", "export"}
NOT_RUN = {"demo", "serve", "train", "evaluate", "compare"}
"""Verbs that do not end by themselves, or ask for more products than the tiny shop has."""

SERVICE = "http://127.0.0.1:8000"
"""Where documents say that a service is."""
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_INLINE = re.compile(r"`(lookalike [^`]+)`")


def by_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(path: Path) -> list[tuple[str, str]]:
    """Language and text of every fenced block."""
    return [(match[1], match[2]) for match in _FENCE.finditer(path.read_text(encoding="utf-8"))]


def prose(path: Path) -> str:
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(text: str) -> Iterator[list[str]]:
    """The words of every line that calls a program; comments and what follows a pipe left out."""
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words:
            yield words[: words.index("|")] if "|" in words else words


def parsed(words: list[str]) -> click.Context:
    """A ``lookalike`` command as click understands it; fails on a verb or an option that is not there."""
    group: Any = main
    top = click.Context(main, info_name="lookalike", **main.context_settings)
    verb = group.get_command(top, words[1])
    assert verb is not None, f"there is no verb {words[1]}"
    context: click.Context = verb.make_context(words[1], list(words[2:]), parent=top)
    return context


@pytest.mark.parametrize("path", DOCUMENTS, ids=by_name)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    for link in _LINK.findall(prose(path)):
        if link.startswith(("http://", "https://")):
            continue
        where, _, anchor = link.partition("#")
        target = (path.parent / where).resolve() if where else path
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target), link


def test_every_guide_is_linked_from_the_overview() -> None:
    overview = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    for room in ("guide", "concepts", "reference"):
        for path in (ROOT / "docs" / room).glob("*.md"):
            assert f"({room}/{path.name})" in overview


@pytest.mark.parametrize("path", DOCUMENTS, ids=by_name)
def test_every_command_exists_with_its_options(path: Path) -> None:
    called = [words for language, text in blocks(path) if language == "sh" for words in commands(text)]
    called += [
        words
        for language, text in blocks(path)
        if language in ("", "text") and "reference" not in path.parts
        for line in text.splitlines()
        if line.startswith("lookalike ")
        for words in commands(line)
    ]
    called += [shlex.split(line) for line in _INLINE.findall(prose(path))]
    for words in called:
        if words[0] != "lookalike":
            assert words[0] in OTHER_PROGRAMS
        elif words[1] != "VERB":
            parsed(words)


def test_every_target_of_make_is_there() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in DOCUMENTS:
        for language, text in blocks(path):
            for words in commands(text) if language == "sh" else ():
                assert words[0] != "make" or set(words[1:]) <= targets


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if blocks(p)], ids=by_name)
def test_what_a_document_shows_can_be_done(
    path: Path, stage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the top to the bottom, commands and Python, in a folder of its own."""
    work = tmp_path / "work"
    shutil.copytree(stage, work)
    if path.name in FROM_NOTHING:
        shutil.rmtree(work / "lookalike-index")
    monkeypatch.chdir(work)
    names: dict[str, Any] = {"__name__": "document"}
    with ExitStack() as stack:
        address = ""
        for language, text in blocks(path):
            if language == "python":
                exec(compile(text, by_name(path), "exec"), names)
            elif language == "sh":
                for words in commands(text):
                    if words[0] == "curl":
                        address = address or stack.enter_context(listening(work / "lookalike-index"))
                        ask(words, address)
                    else:
                        run(words)


def ask(words: list[str], address: str) -> None:
    """A call of curl, to a service over the index of the folder."""
    if shutil.which("curl") is None:
        return
    called = [word.replace(SERVICE, address) for word in words]
    assert called != words, f"{shlex.join(words)} does not ask {SERVICE}"
    done = subprocess.run(
        [*called, "--fail-with-body", "-sS", "--max-time", "30"], check=False, capture_output=True
    )
    assert done.returncode == 0, f"{shlex.join(words)}: {done.stderr.decode()} {done.stdout[:500]!r}"


def run(words: list[str]) -> None:
    if words[0] != "lookalike" or PLACEHOLDERS & set(words) or words[1] in NOT_RUN:
        return
    done = CliRunner().invoke(main, words[1:])
    assert done.exit_code == 0, f"{shlex.join(words)}: {done.output}"

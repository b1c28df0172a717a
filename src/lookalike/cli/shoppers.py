"""``lookalike shoppers``: what is known of whom, to be read, corrected and erased."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lookalike.cli.exits import EXIT_REPORTED
from lookalike.cli.options import events_option, index_option, json_option
from lookalike.cli.output import plain, print_json
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.index import Index

_ACTS = {"show": "USER", "put": "USER FILE", "add": "FILE", "erase": "USER"}
_LISTED = 50
_SHOWN = 5
_DID = {
    "bought": "bought",
    "returned": "gave back",
    "liked": "liked",
    "disliked": "disliked",
    "carted": "put in the cart",
    "viewed": "looked at",
    "clicked": "looked at",
}


@click.command(short_help="Show, correct or erase what is known of shoppers.")
@click.argument("act", metavar="[show|put|add|erase]", required=False)
@click.argument("what", metavar="[USER|FILE]...", nargs=-1)
@index_option
@events_option
@json_option
def shoppers(
    act: str | None, what: tuple[str, ...], index_path: IndexPath, events: str | None, *, as_json: bool
) -> None:
    """List the shoppers of whom something is known.

    "show USER" is what is known of one: what follows from events, and what they say of themselves. "put USER
    FILE" sets the latter, "declared" and "forgotten" of a JSON document such as show --json prints. "add
    FILE" reads a table of profiles with a column user. "erase USER" forgets all of one, for good.
    """
    from lookalike.errors import BadArgument
    from lookalike.index import Index

    if act is not None and act not in _ACTS:
        raise BadArgument(f"There is no {act!r} of shoppers.", next_step=f"Write {', '.join(_ACTS)}.")
    wanted = "" if act is None else _ACTS[act]
    if len(what) != len(wanted.split()):
        raise BadArgument(
            f"{act} takes {wanted}, not {' '.join(what) or 'nothing'}.",
            next_step=f"Write: lookalike shoppers {act} {wanted}",
        )
    index = Index.open(index_path, events=events)
    if act is None:
        _list(index, as_json)
    elif act == "add":
        _add(index, Path(what[0]), as_json)
    elif act == "erase":
        _erase(index, what[0], as_json)
    else:
        document = (
            index.shoppers.put(what[0], _read(Path(what[1]))) if act == "put" else index.shoppers.get(what[0])
        )
        if as_json:
            print_json(document)
        else:
            _show(index, document)


def _list(index: Index, as_json: bool) -> None:
    if as_json:
        print_json({"shoppers": list(index.shoppers)})
        return
    names = list(islice(index.shoppers, _LISTED + 1))
    for name in names[:_LISTED]:
        click.echo(plain(name))
    if len(names) > _LISTED:
        click.echo("and more; --json lists all. What is known of one: lookalike shoppers show USER")
    if not names:
        click.echo("Nothing is known of any shopper. See: lookalike record --help")


def _add(index: Index, file: Path, as_json: bool) -> None:
    report = index.shoppers.add(file)
    if as_json:
        print_json(report.to_dict())
    else:
        click.echo(f"{report.rows:,} rows: {report.stored:,} stored, {len(report.problems):,} reported.")
        for problem in report.problems[:_SHOWN]:
            click.echo(plain(f"  row {problem.row}, {problem.id or 'no user'}: {problem.detail}"))
        if len(report.problems) > _SHOWN:
            click.echo(f"  and {len(report.problems) - _SHOWN:,} more; --json has them all.")
    if report.problems:
        raise SystemExit(EXIT_REPORTED)


def _erase(index: Index, user: str, as_json: bool) -> None:
    gone = index.shoppers.erase(user)
    if as_json:
        print_json(gone)
        return
    what = [f"{gone['events']:,} events"] + (["the profile"] if gone["profile"] else [])
    known = gone["events"] or gone["profile"]
    click.echo(
        plain(f"Erased of {user}: {' and '.join(what)}." if known else f"Nothing was known of {user}.")
    )


def _read(file: Path) -> Any:
    """A JSON document, without what follows from events. Raises `BadArgument`."""
    from lookalike.errors import BadArgument

    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadArgument(f"{file} cannot be read: {reason}.", next_step="Name a file of JSON.") from None
    if isinstance(document, dict):
        return {name: part for name, part in document.items() if name not in ("known", "learned")}
    return document


def _show(index: Index, document: dict[str, Any]) -> None:
    """What is known of one shopper, in a few lines."""
    lines = {"shopper": document["user"], "known by": document["known"]}
    learned, declared = document["learned"], document["declared"]
    for name in ("kinds", "brands", "colours"):
        lines[name] = _named(learned[name])
    for name, likings in learned.get("attributes", {}).items():
        lines[name] = _named(likings)
    if price := learned["price"]:
        lines["price"] = f"{price['low']:.2f} to {price['high']:.2f} {price['currency']}".strip()
    lines |= _said(declared)
    if document["forgotten"]:
        lines["forgotten"] = ", ".join(document["forgotten"])
    told = {name: text for name, text in lines.items() if text}
    width = max(map(len, told))
    for name, text in told.items():
        click.echo(plain(f"{name:<{width}}  {text}"))
    latest = learned["items"][:_SHOWN]
    titles = {i: product.title for i, product in index.products(item["id"] for item in latest).items()}
    for item in latest:
        when = datetime.fromtimestamp(item["time"] / 1000, UTC).date().isoformat()
        did = _DID.get(item["kind"], item["kind"])
        click.echo(plain(f"{when:<{width}}  {did} {item['id']} {titles.get(item['id'], '')}".rstrip()))
    if (more := len(learned["items"]) - _SHOWN) > 0:
        click.echo(f"{'':<{width}}  and {more:,} products before")


def _named(likings: list[dict[str, Any]]) -> str:
    """The strongest likings, each with the count of products that it is from."""
    return ", ".join(f"{liking['name']} ({liking['from']})" for liking in likings[:_SHOWN])


def _said(declared: dict[str, Any]) -> dict[str, str]:
    """What a shopper says of themselves, by what it is of."""
    said = {"says: gender": declared["gender"], "says: sizes": ", ".join(declared["sizes"])}
    for name in ("brands", "colours", "kinds"):
        said[f"likes {name}"] = ", ".join(declared[name]["like"])
        said[f"avoids {name}"] = ", ".join(declared[name]["avoid"])
    budget = declared["budget"]
    said["budget"] = "" if budget is None else f"{budget['max']:g} {budget['currency']}".strip()
    return said

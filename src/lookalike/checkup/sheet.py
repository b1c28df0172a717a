"""Findings as a page that opens offline: what is wrong, in pictures, with what was compared beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from lookalike.checkup.kinds import SECTIONS
from lookalike.doctor.finding import KINDS, LIKELY, Finding, Kind, Unjudged, together
from lookalike.images import inlined
from lookalike.products import Product

if TYPE_CHECKING:
    from lookalike.checkup.findings import Findings

CARDS = 360
"""Findings with pictures on a page at most, shared among its kinds; a page is then some ten megabytes."""

FEWEST = 12
"""Findings of each kind that are shown, however many kinds there are."""

BESIDE = 4
"""Pictures beside the one that a finding is about."""

SECTION_WORDS = {"pictures": "Pictures", "tags": "Tags", "table": "Table", "shelves": "Shelves"}
"""Sections in words."""

_LARGE, _SMALL = 208, 96  # pixels of the longest side
_TITLE = "What is wrong with the catalogue"

Key = tuple[str, int]


def page(found: Findings) -> str:
    """A whole page of the surest findings of each kind; style and pictures are inside."""
    groups = _grouped(found)
    shown = [one for group in groups.values() for one in group[: _each(groups)]]
    ids = dict.fromkeys(i for one in shown for i in (*one.products[:1], *(i for i, _ in _beside(one))))
    sight = _Sight(found, found.read([*ids]), _each(groups))
    sections = "".join(_section(section, groups, sight) for section in SECTIONS)
    nothing = "" if groups else f'<p class="nothing">{_nothing(found)}</p>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{_TITLE}</title><style>{_style()}</style></head><body><main>"
        f"<h1>{_TITLE}</h1>{_lead(found)}{_contents(groups)}{nothing}{sections}"
        f"{_unjudged(found.unjudged)}</main></body></html>\n"
    )


def _grouped(found: Findings) -> dict[str, list[Finding]]:
    """Findings by kind, in the order of kinds."""
    groups: dict[str, list[Finding]] = {}
    for one in found:
        groups.setdefault(one.kind, []).append(one)
    return {kind: groups[kind] for kind in KINDS if kind in groups}


def _each(groups: Mapping[str, Sequence[Finding]]) -> int:
    """How many of each kind are shown."""
    return max(FEWEST, CARDS // max(len(groups), 1))


@dataclass(frozen=True)
class _Sight:
    """What a page shows of findings: their products, and pictures small enough to be many."""

    found: Findings
    products: Mapping[str, Product]
    each: int

    def pictures(self, shown: Sequence[Finding]) -> dict[tuple[Key, int], str]:
        """Pictures of findings as addresses that hold them, by key and size."""
        wanted = {(key, _LARGE) for one in shown for key in _main(one)}
        wanted |= {(key, _SMALL) for one in shown for key in _beside(one)}
        read = self.found.thumbnails(sorted({key for key, _ in wanted}))
        return {(key, size): inlined(read.get(key, b""), size) for key, size in wanted}

    def title(self, product_id: str) -> str:
        """What a product is called."""
        product = self.products.get(product_id)
        return product.title if product is not None and product.title else product_id


def _main(finding: Finding) -> list[Key]:
    """The picture that a finding is about."""
    return [(product_id, finding.picture or 0) for product_id in finding.products[:1]]


def _beside(finding: Finding) -> list[Key]:
    """The pictures to be looked at beside it: those compared, else the other products."""
    told = [(str(one["id"]), int(one.get("picture") or 0)) for one in _told(finding)]
    return (told or [(product_id, 0) for product_id in finding.products[1:]])[:BESIDE]


def _told(finding: Finding) -> list[Mapping[str, Any]]:
    told = finding.evidence.get("products") or []
    return [one for one in told if isinstance(one, Mapping) and "id" in one]


def _lead(found: Findings) -> str:
    when = datetime.fromtimestamp(found.examined_at / 1000, UTC)
    count = f"{len(found):,} finding" + ("" if len(found) == 1 else "s")
    stale = " The catalogue has changed since." if found.stale else ""
    return (
        f'<p class="lead">{count} among {found.products:,} products and {found.pictures:,} pictures, '
        f'examined <time datetime="{when:%Y-%m-%dT%H:%M:%SZ}">{when.day} {when:%B %Y, %H:%M} UTC</time>.'
        f"{stale} Nothing was changed.</p>"
    )


def _nothing(found: Findings) -> str:
    return "Nothing is wrong." if not found.unjudged else "Nothing was found in what could be judged."


def _contents(groups: Mapping[str, Sequence[Finding]]) -> str:
    """Where each kind begins, and how much of it there is."""
    links = "".join(
        f'<li><a href="#{kind}">{escape(KINDS[kind].title)} <b>{len(own):,}</b></a></li>'
        for kind, own in groups.items()
    )
    return f'<nav aria-label="Kinds"><ul>{links}</ul></nav>' if links else ""


def _section(section: str, groups: Mapping[str, Sequence[Finding]], sight: _Sight) -> str:
    own = {kind: found for kind, found in groups.items() if KINDS[kind].section == section}
    if not own:
        return ""
    kinds = "".join(_kind(kind, KINDS[kind], found, sight) for kind, found in own.items())
    return f"<section><h2>{SECTION_WORDS[section]}</h2>{kinds}</section>"


def _kind(name: str, kind: Kind, findings: Sequence[Finding], sight: _Sight) -> str:
    shown = findings[: sight.each]
    pictures = sight.pictures(shown)
    cards = "".join(_card(one, sight, pictures) for one in shown)
    more = len(findings) - len(shown)
    rest = f'<p class="rest">and {more:,} more, less sure. The table has them all.</p>' if more else ""
    return (
        f'<div class="kind" id="{name}"><h3>{escape(kind.title)} <small>{len(findings):,}</small></h3>'
        f'<p class="advice">{escape(kind.advice)}</p><ol>{cards}</ol>{rest}</div>'
    )


def _card(finding: Finding, sight: _Sight, pictures: Mapping[tuple[Key, int], str]) -> str:
    name = finding.products[0] if finding.products else finding.value
    title = sight.title(name)
    marks = [f'<span class="sure">{_sureness(finding)}</span>', *_marks(finding, sight.found)]
    known = f"{escape(title)} " if title != name else ""
    return (
        f'<li>{_shots(finding, sight, pictures)}<p class="says">{escape(finding.says)}</p>{_change(finding)}'
        f'<p class="which">{known}<code>{escape(name)}</code></p><p class="marks">{" ".join(marks)}</p></li>'
    )


def _shots(finding: Finding, sight: _Sight, pictures: Mapping[tuple[Key, int], str]) -> str:
    """The picture that it is about, and what was compared beside it, small, with what that says."""
    large = "".join(_image(pictures[key, _LARGE], sight.title(key[0])) for key in _main(finding))
    values = [str(one.get("value") or "") for one in _told(finding)]
    figures = [
        f"<figure>{_image(pictures[key, _SMALL], sight.title(key[0]))}"
        f"<figcaption>{escape(value.rpartition('>')[2].strip() or key[0])}</figcaption></figure>"
        for key, value in zip(_beside(finding), [*values, *[""] * BESIDE], strict=False)
    ]
    if not figures and "<img" not in large:
        return ""
    beside = f'<div class="beside">{"".join(figures)}</div>' if figures else ""
    return f'<div class="shots"><div class="main">{large}</div>{beside}</div>'


def _change(finding: Finding) -> str:
    """What it says, and what it should say."""
    if not finding.suggestion:
        return ""
    about = f"{escape(finding.field)}: " if finding.field else ""
    before = f"<s>{escape(finding.value)}</s> " if finding.value else ""
    return f'<p class="change">{about}{before}<b>{escape(finding.suggestion)}</b></p>'


def _sureness(finding: Finding) -> str:
    word = "sure" if finding.sure else "likely" if finding.confidence >= LIKELY else "perhaps"
    return f"{word}, {min(finding.confidence, 1):.0%}"


def _marks(finding: Finding, found: Findings) -> Iterator[str]:
    if finding.id in found.new and not found.all_new:
        yield '<span class="new">new</span>'
    if (made := found.decided.get(finding.id)) is not None:
        yield f"<span>{escape(made.decision)}</span>"


def _image(address: str, alt: str) -> str:
    if not address:
        return '<div class="none">no picture</div>'
    return f'<img src="{address}" alt="{escape(alt)}" loading="lazy">'


def _unjudged(unjudged: Sequence[Unjudged]) -> str:
    if not unjudged:
        return ""
    lines = "".join(
        f"<li><b>{escape(', '.join(KINDS[kind].title for kind in kinds))}"
        f"{escape(f' ({field})' if field else '')}:</b> {escape(why)}</li>"
        for kinds, field, why in together(unjudged)
    )
    return f'<section class="unjudged"><h2>What could not be judged</h2><ul>{lines}</ul></section>'


@cache
def _style() -> str:
    return files("lookalike.checkup").joinpath("sheet.css").read_text(encoding="utf-8")

"""A training of a generator as a page that opens offline: what it makes, whether it copies, how it learnt."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path

from lookalike.imagining.eigenpictures import Pixels
from lookalike.learning.generator.report import GeneratorReport, Imagined, Sample
from lookalike.learning.generator.sheets import jpeg, sheets_in
from lookalike.learning.page.curves import diagrams
from lookalike.learning.page.numbers import encoder_name, spoken
from lookalike.sheets.numbers import lasting, sized
from lookalike.sheets.whole import whole

_STEPS = {"gather": "gathering", "learn": "learning", "measure": "measuring"}
_NEXT_TO = (
    "Eight pictures of each text, as a search imagines them, each beside the nearest of the pictures that "
    "it learnt from: by pixels, and by what its patterns tell. Distances are root mean squares of the "
    "differences of pixels, in levels of 255. One that looks like its neighbour in every detail is a copy."
)
_EPOCHS = (
    "The same texts, a row each, at the end of some epochs, from the same chance: {texts}. "
    "All of it is generated."
)


def write_page(report: GeneratorReport, path: Path) -> None:
    """Write a training as one HTML file; style and pictures are inside, and it needs no script.

    Sheets are read from the folder ``sheets`` beside it. Raises `OSError`.
    """
    path.write_text(page(report, path.with_name("sheets"), datetime.now(UTC)), encoding="utf-8")


def page(report: GeneratorReport, sheets: Path, when: datetime) -> str:
    """The whole page, with the sheets of a folder; ``when`` is what it is dated."""
    texts = ", ".join(one.text for one in report.imagined)
    sections = {
        "made": (
            "What it makes of words, and what that is like",
            _NEXT_TO,
            "".join(map(_imagined, report.imagined)),
        ),
        "copies": ("Does it copy?", "", _copies(report)),
        "variety": ("How varied is it?", "", _varieties(report)),
        "epochs": (
            "Epoch by epoch",
            _EPOCHS.format(texts=texts),
            _sheets(sheets, texts, len(report.imagined)),
        ),
        "curves": ("How it learnt", "", diagrams(report.curves)),
        "settings": ("How it was made", "", _settings(report)),
        "use": ("How to use it", "", _use(report)),
    }
    opening = (
        f'<p class="lead">From words to pictures, learnt from <b>{report.products:,}</b> products in '
        f"<b>{report.epochs:,}</b> epochs, with <b>{escape(encoder_name(report.encoder))}</b>. "
        f'<time datetime="{when:%Y-%m-%dT%H:%M:%SZ}">{when.day} {when:%B %Y, %H:%M} UTC</time>.</p>'
        '<p class="warning">What has a broken frame is generated. It shows no product.</p>'
    )
    return whole("What this shop's generator imagines", opening, sections, _style())


def _imagined(one: Imagined) -> str:
    rows = "".join(_sample(one.text, sample) for sample in one.samples)
    return (
        f"<h3>{escape(one.text)} <small>said of {one.products:,} products</small></h3>"
        f'<ol class="samples">{rows}</ol>'
    )


def _sample(text: str, sample: Sample) -> str:
    made, by_pixels, by_codes = sample.pictures
    near = (("by pixels", *sample.by_pixels, by_pixels), ("by patterns", *sample.by_codes, by_codes))
    others = "".join(
        f'<figure><img src="{_address(pixels)}" alt="Product {escape(i)}" width="64" height="64">'
        f'<figcaption>{how}, {distance:.0f}<span title="{escape(i)}">{escape(i)}</span></figcaption></figure>'
        for how, i, distance, pixels in near
    )
    return (
        f'<li><figure class="made"><img src="{_address(made)}" alt="Generated: {escape(text)}" width="64" '
        f'height="64"><figcaption>generated</figcaption></figure>{others}</li>'
    )


def _address(pixels: Pixels) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg(pixels)).decode('ascii')}"


def _copies(report: GeneratorReport) -> str:
    one = report.copying
    if not one.made:
        return ""
    rows = [("by pixels", one.pixels), ("by patterns", one.codes)]
    head = (
        "Median distance to the nearest picture that was learnt from",
        "generated",
        "real, never learnt from",
    )
    told = (
        f"Of {one.made:,} generated pictures {one.close:,} are nearer to one, by pixels, than all but one in "
        f"twenty of {one.unseen:,} real ones that nothing was learnt from; {one.made / 20:.0f} would be as "
        "many as real ones are. Generated pictures are softer than real ones, which brings them nearer to "
        "everything: by patterns, which leave fine detail out of both, the two compare more fairly. Many "
        "near ones are copies, or, where they hardly differ from each other, those of a generator that has "
        "not learnt enough."
        if one.close is not None
        else "There are no pictures that nothing was learnt from, so there is nothing to compare with."
    )
    return f'{_table(head, [(name, *map(_distance, own)) for name, own in rows])}<p class="rest">{told}</p>'


def _varieties(report: GeneratorReport) -> str:
    if not report.imagined:
        return ""
    head = (
        "Mean distance among",
        "generated, by patterns",
        "real",
        "generated, by looks",
        "real",
        "real ones",
    )
    named = [(one.text, one.variety) for one in report.imagined]
    if report.variety is not None:
        named.append(("all", report.variety))
    rows = [
        (text, *map(_distance, own.codes), *map(_cosine, own.looks), f"{own.real:,}") for text, own in named
    ]
    told = (
        '<p class="rest">Eight generated pictures of a text beside up to as many real ones of products '
        "that it is said of, no two of one family. By patterns in levels of 255; by looks as 1 less the "
        "cosine of the vectors of the index's encoder, all from pictures as small as the generated ones. A "
        "generator that makes the same picture again and again has much smaller distances.</p>"
    )
    return f"{told}{_table(head, rows)}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    columns = "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(one)}</td>" for one in rest)}</tr>'
        for first, *rest in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(head[0])}"><table class="numbers">'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _distance(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _cosine(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _sheets(folder: Path, texts: str, rows: int) -> str:
    found = {
        epoch: base64.b64encode(path.read_bytes()).decode("ascii")
        for epoch, path in sheets_in(folder).items()
    }
    items = "".join(
        f'<li><figure><img src="data:image/jpeg;base64,{data}" alt="Generated after epoch {epoch}: '
        f'{escape(texts)}" width="512" height="{64 * rows}"><figcaption>generated, after epoch {epoch:,}'
        "</figcaption></figure></li>"
        for epoch, data in found.items()
    )
    return f'<ol class="sheets">{items}</ol>' if items else ""


def _settings(report: GeneratorReport) -> str:
    facts = {
        "products learnt from": f"{report.products:,}",
        "columns of labels": ", ".join(report.taught.labels) or "none",
        "device": report.device,
        "epochs": f"{report.epochs:,} of {report.planned:,}",
        **({"most memory": sized(report.memory_bytes)} if report.memory_bytes else {}),
        **{f"time {word}": lasting(report.seconds[s]) for s, word in _STEPS.items() if s in report.seconds},
        **{name: spoken(value) for name, value in report.settings.items()},
    }
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(own)}</dd></div>" for name, own in facts.items())
    notes = "".join(f"<li>{escape(one)}</li>" for one in report.notes)
    return (
        '<p class="rest">Two small networks: one makes looks, as the encoder has them, that fit what words '
        f"look like; the other makes pictures of looks.</p><dl>{rows}</dl>"
        f'{f"""<ul class="notes">{notes}</ul>""" if notes else ""}'
    )


def _use(report: GeneratorReport) -> str:
    text = shlex.quote(report.imagined[0].text if report.imagined else "red dress")
    return (
        '<p class="rest">It imagines where the index answers, without torch.</p>'
        f"<pre><code>lookalike search --imagine {escape(text)}</code></pre>"
        '<p class="rest">Nothing that is generated is put into the index, or among results. After a change '
        "of the encoder it has to be learnt anew; to be rid of it, delete the folder of this page.</p>"
    )


@cache
def _style() -> str:
    return files("lookalike.learning.generator").joinpath("sheet.css").read_text(encoding="utf-8")

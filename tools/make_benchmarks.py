"""Write docs/benchmarks.md from the figures in benchmarks/results/. Nothing in the page is typed by hand.

python tools/make_benchmarks.py
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import figures_of_answers as answered
import figures_of_behaviour as behaviour
import figures_of_beside as beside
from figures import Figures, between, ranged, table, taken_on, verdict
from figures_of_copies import a_million, copies
from figures_of_doctor import people, pictures, speed, tables
from figures_of_encoders import distortions, encoders
from figures_of_finetune import finetune
from figures_of_growth import growth
from figures_of_head import head
from figures_of_imagine import imagine
from figures_of_indexing import indexing
from figures_of_machines import lists_built, many_workers
from figures_of_opening import opening
from figures_of_plain import plain_ways
from figures_of_records import recording, recording_server
from figures_of_scratch import published, scratch
from figures_of_search import search
from figures_of_service import service, service_speed
from figures_of_speed import answers
from figures_of_start import precision, starting
from figures_of_tags import tags
from figures_of_verdict import catalogue_map, intervals, map_frames, verdict_speed, visits

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "benchmarks.md"

INTRODUCTION = """# Benchmarks

Made by `python tools/make_benchmarks.py` from the JSON files in `benchmarks/results/`; each section names
the script that took its figures. Scripts look for the catalogues in `LOOKALIKE_DATA` and say so when there
are none. Ratios come from one run in which the ways took turns. Brackets hold 95% bootstrap intervals.
Sections that name no encoder were taken with `imagenet`; the first, and those about evaluations and the map,
with the default, `product`.
"""


def shop_page(figures: Figures) -> str:
    slowest = max(parts["shown"]["median"] for sizes in figures["taken"].values() for parts in sizes.values())
    rows = (
        (shop, size, ranged(parts["painted"]), ranged(parts["shown"]))
        for shop, sizes in figures["taken"].items()
        for size, parts in sizes.items()
    )
    return "\n\n".join(
        (
            f"Chromium {figures['chromium']}, {figures['visits']} visits each with nothing kept, service and "
            "browser on the same cores. Seconds from the beginning of the navigation.",
            table(("shop", "window", "first paint, s", "every picture in sight, s"), rows),
            verdict(
                slowest < figures["bar_seconds"], f"everything in sight within {figures['bar_seconds']:g} s"
            ),
        )
    )


def memory(figures: Figures) -> str:
    runs = figures["runs"]
    return "\n\n".join(
        (
            "Peak memory of a process that indexes the first rows of a Parquet file with the pictures "
            "inside, as the operating system counts it.",
            table(("rows", "peak, MB"), ((f"{run['rows']:,}", run["peak_megabytes"]) for run in runs)),
            f"Ratio {figures['ratio']:g}. "
            + verdict(figures["ratio"] <= figures["bar"], f"at most {figures['bar']:g}"),
        )
    )


def labels(figures: Figures) -> str:
    parts = [
        f"Share of the first {figures['k']} with the same label as the product that asks. Askers are chosen "
        "by hash among the products on which neither the encoder nor the colours were chosen, and searched "
        "among all; products whose picture is the asker's to the last byte are left out of its answers."
    ]
    for name, found in figures["sets"].items():
        by_order = found["share_of_first_ten"]
        names = list(next(iter(by_order.values())))
        parts += [
            f"**{name}**: {found['askers']:,} askers among {found['products']:,} products; "
            f"{found['askers_with_copies']} of them have copies.",
            table(
                ("order", *names),
                ((order, *(between(row[label]) for label in names)) for order, row in by_order.items()),
            ),
            "More than by look alone, asker by asker:",
            table(
                ("order", *names),
                (
                    (order, *(between(row[label]) for label in names))
                    for order, row in found["more_than_look_alone"].items()
                ),
            ),
        ]
    return "\n\n".join(parts)


def photos(figures: Figures) -> str:
    shop, clothes = figures["grocery"], figures["clothing-cc0"]

    def orders(part: Figures) -> str:
        names = list(next(iter(part["orders"].values())))
        return table(
            ("order", *names),
            ((order, *(between(row[name]) for name in names)) for order, row in part["orders"].items()),
        )

    return "\n\n".join(
        (
            f"**grocery**: {shop['photos']} photographs taken in shops, searched among {shop['products']} "
            "products; the shown product is first (R@1), or among the first five (R@5); intervals over "
            f"products. Unused: the {shop['unused_photos']} photographs of the "
            f"{shop['unused_products']} products on which nothing was chosen.",
            orders(shop),
            f"**clothing-cc0**: {clothes['askers']} of {clothes['photos']:,} phone photographs, none of them "
            f"used for a choice, each asked among the others; share of the first ten of its class, of "
            f"{clothes['classes']} classes.",
            orders(clothes),
        )
    )


def selftest(figures: Figures) -> str:
    columns = ("products", "sampled", "found", "changed", "unreadable")
    return "\n\n".join(
        (
            f"`lookalike verify --sample {figures['sample']}`: pictures are read and encoded again, and each "
            f"has to find itself, or one of the same pixels, first. The gate is {figures['gate']:.1%}.",
            table(
                ("index", *columns, "lost", "sound"),
                (
                    (
                        name,
                        *(f"{row[column]:,}" for column in columns),
                        len(row["lost"]),
                        "yes" if row["ok"] else "no",
                    )
                    for name, row in figures["indexes"].items()
                ),
            ),
        )
    )


def store(figures: Figures) -> str:
    fresh = figures["fresh"]
    after = next(
        value for name, value in figures.items() if isinstance(value, dict) and name.startswith("after_")
    )
    loose = {
        name: value for name, value in figures.items() if not isinstance(value, dict) and name != "products"
    }
    return "\n\n".join(
        (
            f"The two tables alone, {figures['products']:,} products with random vectors; see decision "
            "0005-store.",
            table(
                ("", "fresh", "after 1,000 one-row updates"),
                ((name.replace("_", " "), fresh[name], after[name]) for name in fresh),
            ),
            table(("", "figure"), ((name.replace("_", " "), value) for name, value in loose.items())),
        )
    )


SECTIONS: tuple[tuple[str, str, Callable[[Figures], str]], ...] = (
    ("indexing", "How fast is indexing, and where does the time go?", indexing),
    ("many_workers", "What does a cluster cost that indexes?", many_workers),
    ("answers", "How long does an answer take?", answers),
    ("starting", "How soon can a process do something?", starting),
    ("opening", "How soon does a process answer from a million products?", opening),
    ("search", "How long do the nearest of a million looks take?", search),
    ("lists_built", "What do lists of neighbours cost, past memory?", lists_built),
    ("service_speed", "How many questions does the service answer?", service_speed),
    ("service", "How long does the service take for photos and copies?", service),
    ("page", "How soon does the page show the shop?", shop_page),
    ("memory", "Does a larger catalogue take more memory to index?", memory),
    ("growth", "How do time and memory grow with the catalogue?", growth),
    ("labels", "Do the first ten results carry the asker's labels?", labels),
    ("photos", "Does a photo find what it shows?", photos),
    ("encoders", "Which encoder finds more, among products that none was trained on?", encoders),
    ("precision", "What does int8 cost, and what does it save?", precision),
    ("plain_ways", "What do the plain ways find, and what do they cost?", plain_ways),
    ("distortions", "Is a picture still found after an edit?", distortions),
    ("words", "Do words find pictures, whether or not a text says them?", answered.words),
    ("imagine", "Do pictures that words are made into find what they mean?", imagine),
    ("words_speed", "How long do words take?", answered.words_speed),
    ("content", "Does what is said of products help looks?", answered.content),
    ("recipes", "What are the recipes' answers like?", answered.recipes),
    ("wishes", "Is every wish kept?", answered.wishes),
    ("closeness", "Is it said when nothing is close?", answered.closeness),
    ("stages", "What does diversity cost?", answered.stages),
    ("rules", "How far does a rule of the shop lift?", answered.rules),
    ("examples", "Do examples say what is wanted?", answered.examples),
    ("next_click", "Is the next click of a visit foreseen?", behaviour.next_click),
    (
        "next_basket",
        "Is the next basket foreseen, and what is new found?",
        behaviour.next_basket,
    ),
    ("shoppers", "Is a planted taste found again, and how soon?", behaviour.shoppers),
    ("behaviour_speed", "How long do signals of behaviour take?", behaviour.behaviour_speed),
    ("goes_with", "Does what goes with a product go with it?", beside.goes_with),
    ("outfits", "How long does the best look under a budget take?", beside.outfits),
    ("duplicates", "Are copies found, and nothing else?", copies),
    ("duplicates_million", "How long do the candidates of a million pictures take?", a_million),
    ("doctor_pictures", "Are spoilt pictures found, and nothing else?", pictures),
    ("doctor_tags", "Are wrong tags found, and missing ones told rightly?", tags),
    ("doctor_table", "Are faults of the table found?", tables),
    ("doctor_people", "Are people and scenes told where packshots are the rule?", people),
    ("doctor_speed", "How long does the doctor take?", speed),
    ("head", "What does a linear map gain from a shop's own labels?", head),
    ("finetune", "What does a whole network gain from a shop's own labels?", finetune),
    ("scratch", "What does a small network learn from nothing?", scratch),
    ("scratch_published", "What is a published accuracy worth on unseen products?", published),
    ("intervals", "How often do 95% intervals hold the truth?", intervals),
    ("verdict_speed", "How long does an evaluation take?", verdict_speed),
    ("visits", "What do the recipes find of what comes next in a visit?", visits),
    ("map", "How long does a map of the catalogue take, and what lies beside what?", catalogue_map),
    ("map_frames", "How many frames a second does the map draw?", map_frames),
    ("recording", "How many events a second are safe on disk?", recording),
    ("recording_server", "What do events of many replicas cost on PostgreSQL?", recording_server),
    ("selftest", "Do indexes find their own pictures?", selftest),
    ("store", "What does the store cost?", store),
)


def page(results: Path = RESULTS) -> str:
    """The whole page, from the JSON files of one folder."""
    parts = [INTRODUCTION.strip()]
    for name, question, section in SECTIONS:
        file = results / f"{name}.json"
        if not file.is_file():
            continue
        figures = json.loads(file.read_text(encoding="utf-8"))
        parts += [f"## {question}", section(figures)]
        taken = f" {taken_on(figures)}" if "machine" in figures else ""
        script, _, part = name.partition("-")
        parts.append(f"`benchmarks/{script}.py{part and ' ' + part}`.{taken}")
    parts.append(
        "The grids from which the encoder and the colours were chosen are in decisions 0002 and 0004; their "
        "figures are in `encoder_choices.json` and `colour_choices.json`."
    )
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)}.")

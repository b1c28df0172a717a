"""Write the README's table of figures from benchmarks/results/. A figure that was not measured has no row.

python tools/make_readme.py
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
RESULTS = ROOT / "benchmarks" / "results"
BEGIN, END = "<!-- measured: python tools/make_readme.py -->", "<!-- end of measured -->"


QUALITIES = (
    (
        "fashion-small: same kind",
        "precision_at_10",
        "same kind of article, of the first ten, {cases:,} asking",
    ),
    (
        "fashion-small: same kind, gender and colour",
        "precision_at_10",
        "same kind, gender and colour, of the first ten, {cases:,} asking",
    ),
    (
        "fashion-300 as a phone takes it: the product among fashion-small",
        "hit_rate_at_1",
        "{cases:,} simulated phone pictures, {gallery:,} products: the right one is first",
    ),
    (
        "grocery: photo to product",
        "hit_rate_at_1",
        "{cases:,} photographs taken in groceries, {gallery:,} products: the right one is first",
    ),
)
"""Questions of benchmarks/encoders.py that the README shows, by name, with their metric and words."""


def main() -> None:
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
    print(README)


def with_table(readme: str, results: Path = RESULTS) -> str:
    """The README with its table made anew."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    lines = ["| | measured |", "| --- | --- |", *(f"| {what} | {figure} |" for what, figure in rows(results))]
    table = "\n".join(lines)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def rows(results: Path) -> Iterator[tuple[str, str]]:
    """What was measured, and how it came out."""
    if found := figures(results, "indexing"):
        machine = f"{found['machine']['cores']} cores"
        yield (
            f"indexing {found['pictures']:,} photographs, the whole command, {machine}",
            f"{spread(found['ours_per_second'])} pictures a second",
        )
        yield (
            "the same against ResNet50 in PyTorch, one picture a call, in turns",
            f"{spread(found['ratio'])} times as fast",
        )
    if found := figures(results, "memory"):
        last = found["runs"][-1]
        yield f"peak memory of indexing {last['rows']:,} products", f"{last['peak_megabytes']:.0f} MB"
    if found := figures(results, "answers"):
        for size, own in found["sizes"].items():
            first = next(iter(own["milliseconds"].values()))
            how = f"recall {own['recall']['mean']:.3f}" if first["by_graph"] else "exact"
            yield (
                f"`similar` among {int(size):,} products, in Python, {how}",
                f"{first['p50']:.1f} ms (median)",
            )
    if found := figures(results, "service_speed"):
        for size, places in found["products"].items():
            place, alone = next(iter(places.items()))
            asked = alone["asked"][f"{found['connections']} connections"]
            yield (
                f"`similar` over HTTP among {int(size):,} products, {place}",
                f"{asked['per_second']:,.0f} answers a second; p99 {asked['p99']:.0f} ms",
            )
    if found := figures(results, "service"):
        photo = found["answers"]["a photo of 2000x2000 pixels, 1 connection"]
        yield "search by a photo of 2000x2000 pixels over HTTP", f"p95 {photo['p95']:.0f} ms"
    if found := figures(results, "words"):
        titles = found["title to its own wordless picture"]
        yield (
            f"{titles['askers']:,} titles, each seeking its own picture without any text among "
            f"{titles['gallery']:,}: in the first ten",
            share(titles["map"]["hit_rate_at_10"]),
        )
    if found := figures(results, "wishes"):
        counts = found["counts"]
        broken = found["broken"]
        yield (
            f"{counts['questions']:,} random questions with {counts['wishes']:,} wishes: wishes broken",
            f"{broken} in {counts['results and what is folded into them']:,} products",
        )
    if found := figures(results, "closeness"):
        shop = found["encoders"]["product"]["shops"]["fashion-300"]
        foreign, stocked = shop["foreign"]["grocery photos"], shop["stocked"]["by phone"]
        yield (
            f'"nothing close" is said to {foreign["cases"]} grocery photos in a fashion shop; to '
            f"{stocked['cases']} simulated phone pictures of what it has",
            f"{share(foreign)}; {stocked['mean'] * stocked['cases']:.0f} times",
        )
    yield from of_shoppers(results)
    if found := figures(results, "duplicates"):
        ours, hashes = (found["transformed"]["ways"][way]["all"] for way in ("lookalike", "dhash 4"))
        yield (
            f"{ours['cases']:,} edited copies against their catalogue: F1",
            f"{share(ours['f1'])}; perceptual hash (dhash): {share(hashes['f1'])}",
        )
    yield from of_the_doctor(results)
    yield from of_learning(results)
    yield from of_the_verdict(results)
    if found := figures(results, "encoders"):
        for question, metric, words in QUALITIES:
            asked = found["questions"][question]
            means = asked["metrics"][metric]["means"]
            counted = f"{words.format(cases=asked['cases'], gallery=asked['gallery'])}"
            figure = "; ".join(f"`{name}` {share(mean)}" for name, mean in reversed(means.items()))
            yield counted, figure


def of_shoppers(results: Path) -> Iterator[tuple[str, str]]:
    """What was measured of behaviour and of shelves for shoppers."""
    if found := figures(results, "next_click"):
        models = found["models"]
        ours, other = (
            models[name]["all"]["recall"] for name in ("default", "session kNN, sequence and time")
        )
        yield (
            f"the next of {found['clicks']['all']:,} clicks is among the first {found['k']} products named",
            f"{share(ours)}; session kNN {share(other)}",
        )
    if found := figures(results, "shoppers"):
        waited = found["milliseconds"]["a shopper"]
        yield (
            f"`recommend` for a shopper, {found['products']:,} products and {found['events']:,} events",
            f"{waited['p50']:.0f} ms (median); p95 {waited['p95']:.0f} ms",
        )
    if found := figures(results, "recording"):
        written = found["written"]["one by one over HTTP, 8 connections"]
        yield (
            "events one by one over HTTP, on disk when acknowledged; lost when all was killed",
            f"{written['per_second']:,.0f} a second; {written['lost']} of {written['acknowledged']:,}",
        )


def of_the_doctor(results: Path) -> Iterator[tuple[str, str]]:
    """What was measured of findings about the catalogue."""
    if found := figures(results, "doctor_tags"):
        told = found["sets"]["fashion-300"]
        whole, alone = (
            told["any"][voices]["articleType"] for voices in ("with titles and columns", "pictures alone")
        )
        blank = told["blank"]["with titles and columns"]["articleType"]
        yield (
            f"{whole['planted']} article types of fashion-300 swapped: found at precision {whole['bar']:g}",
            f"{share(whole['recall_at_bar'])}; by pictures alone {share(alone['recall_at_bar'])}",
        )
        yield (
            f"{blank['planted']:,} article types of fashion-300 blanked: the doctor is sure of",
            f"{share(blank['sure'])}; right of these {share(blank['right_where_sure'])}",
        )
    if found := figures(results, "doctor_pictures"):
        kinds = found["kinds"]
        planted = next(iter(kinds.values()))["recall"]["n"]
        yield (
            f"photographs spoilt in {len(kinds)} ways, {planted} of each: found; right of what is told",
            f"{least(kinds, 'recall')}; {least(kinds, 'precision')}",
        )


def of_learning(results: Path) -> Iterator[tuple[str, str]]:
    """What was measured of encoders of a shop's own."""
    if found := figures(results, "finetune"):
        run = found["runs"]["fashion-small/imagenet"]
        before, after = (run[when]["articleType"] for when in ("before", "after"))
        yield (
            f"`imagenet` taught {run['products']['learn']:,} products (`train --recipe finetune`): "
            f"the first ten of the same kind, {before['cases']:,} unseen products",
            f"{share(before)}; after {share(after)}",
        )
    if (found := figures(results, "scratch")) and (other := figures(results, "scratch_published")):
        run, told = found["sets"]["fashion-small"], other["runs"][0]["curve"][-1]
        yield (
            f"a network from nothing, {found['most']:,} pictures, {run['settings']['kinds']} kinds: unseen "
            f"products ({run['products']['unseen']:,}) named rightly; as tutorials set it up, "
            f"{other['pictures']:,} pictures",
            f"{run['accuracy']['unseen']['accuracy']:.2f}; {told['unseen']:.2f}",
        )


def of_the_verdict(results: Path) -> Iterator[tuple[str, str]]:
    """What was measured of evaluations, and of the plain ways beside."""
    if found := figures(results, "plain_ways"):
        asked = found["sets"]["fashion-300"]["questions"]["full@10"]
        means = asked["means"]
        own = means["own network, same class first"]
        yield (
            f"same kind, gender and colour of {asked['cases']} photographs of 225x300 pixels; a network of "
            "ImageNet and all cosines; a network of the shop's own, same class first",
            f"`product` {share(means['product'])}; {share(means[found['base']])}; {share(own)}",
        )
        ways = found["searching"]["ways"]
        ours, matrix, tree = (
            ways[way]
            for way in ("lookalike", "all-pairs cosine matrix", "NearestNeighbors kd_tree, Euclidean")
        )
        yield (
            f"memory that searching {found['searching']['products']:,} products adds, and "
            "processor time of an answer; all cosines as a matrix; a kd-tree of scikit-learn",
            "; ".join(
                f"{way['peak_mb']['median']:,.0f} MB, {way['processor_milliseconds']['median']:.1f} ms"
                for way in (ours, matrix, tree)
            ),
        )
    if found := figures(results, "intervals"):
        low, high = found["bar"]
        worlds = [one for one in found["worlds"] if one["effective"] >= found["fewest"]]
        held = [one["held"] for one in worlds]
        within = sum(low <= share <= high for share in held)
        yield (
            f"95% intervals on {found['runs']:,} made-up catalogues of known truth, {len(worlds)} sorts",
            f"{within} hold it {low:.0%} to {high:.0%} of the time; all {min(held):.0%} to {max(held):.0%}",
        )
    if (found := figures(results, "verdict_speed")) and "labels" in found["runs"]:
        run = found["runs"]["labels"]
        yield (
            f"`evaluate --questions labels`, {run['products']:,} products, intervals included",
            f"{run['processor_seconds']:.0f} s of processors; {run['seconds']:.0f} s by the clock, while "
            f"{run['load']:.0f} processes wanted a core",
        )
    if found := figures(results, "map"):
        made = found["map"]
        yield (
            f"a map of {made['products']:,} products (t-SNE), thumbnails included, 2 cores",
            f"{made['processor_seconds']:.0f} s of processors; {made['seconds'] / 60:.1f} min by the clock, "
            f"while {found['load_after'][0]:.0f} processes wanted a core",
        )
    if found := figures(results, "map_frames"):
        rates = [hand["rate"]["median"] for hands in found["taken"].values() for hand in hands.values()]
        yield (
            f"that map drawn for {found['products']:,} products, in a browser without a graphics card",
            f"{min(rates):.0f} to {max(rates):.0f} frames a second",
        )


def least(kinds: dict[str, Any], part: str) -> str:
    """From the kind that does worst to the one that does best."""
    worst = min(kinds, key=lambda kind: kinds[kind][part]["mean"])
    best = max(kinds[kind][part]["mean"] for kind in kinds)
    return f"{kinds[worst][part]['mean']:.2f} ({worst}) to {best:.2f}"


def figures(results: Path, name: str) -> dict[str, Any] | None:
    """What one benchmark wrote; None when it was not run."""
    file = results / f"{name}.json"
    found: dict[str, Any] | None = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
    return found


def spread(figure: dict[str, float]) -> str:
    return f"{figure['median']:.0f} ({figure['min']:.0f} to {figure['max']:.0f})"


def share(figure: dict[str, float]) -> str:
    return f"{figure['mean']:.2f} ({figure['low']:.2f} to {figure['high']:.2f})"


if __name__ == "__main__":
    main()

"""The sections of docs/benchmarks.md about the service."""

from __future__ import annotations

from figures import Figures, ranged, table, verdict


def copies_served(figures: Figures) -> list[str]:
    """What a service of one process takes for copies; nothing where that was not measured."""
    if (found := figures.get("copies")) is None:
        return []
    first = found["seconds_of_the_first"]
    checked = found["answers"]["is this picture of 225x300 pixels there"]
    return [
        f"Copies, {found['groups']:,} groups, one process, one connection:",
        table(
            ("question", "p50, ms", "p95, ms", "p99, ms"),
            (
                (name, *(f"{row[part]:.1f}" for part in ("p50", "p95", "p99")))
                for name, row in found["answers"].items()
            ),
        ),
        f"The first page of a process takes {ranged(first['page'])} s, its first check "
        f"{ranged(first['check'])} s. "
        + verdict(
            checked["p95"] < figures["bars"]["check_p95_ms"],
            f"a check under {figures['bars']['check_p95_ms']:g} ms at p95",
        ),
    ]


def service(figures: Figures) -> str:
    """What a service takes for photos and for copies, and until it is ready."""
    bars, answered, ready = figures["bars"], figures["answers"], figures["seconds_until_ready"]
    photo = answered["a photo of 2000x2000 pixels, 1 connection"]
    return "\n\n".join(
        (
            f"`lookalike serve --workers {figures['workers']}` over {figures['products']:,} products, "
            f"sharing {figures['cores_shared_with_the_client']} cores with the client.",
            table(
                ("question", "a second", "p50, ms", "p95, ms", "p99, ms"),
                (
                    (name, f"{row['per_second']:,.0f}", *_milliseconds(row, "p50", "p95", "p99"))
                    for name, row in answered.items()
                ),
            ),
            f"From the command until every process answers: {ranged(ready)} s.",
            *copies_served(figures),
            " ".join(
                (
                    verdict(
                        photo["p95"] < bars["photo_p95_ms"],
                        f"a photo under {bars['photo_p95_ms']:g} ms at p95",
                    ),
                    verdict(ready["median"] < bars["ready_seconds"], f"ready in {bars['ready_seconds']:g} s"),
                )
            ),
        )
    )


def service_speed(figures: Figures) -> str:
    """How many products may ask what is similar, at each size."""
    bars, seconds = figures["bars"], figures["seconds"]
    parts = [
        f"`GET /v1/similar/{{id}}`, the default question, of random products, no two the same; "
        f"{figures['connections']} connections without a pause for {seconds['measured']:g} seconds, after "
        f"{seconds['before']:g} in which what answers say of a product is made for the first time. "
        "*Processor* is what the service's processes take for an answer, *private* the memory that they "
        "have to themselves, *together* all of it with shared pages once."
    ]
    for size, places in figures["products"].items():
        parts += [f"{int(size):,} products:", _asked(places), _memory(places)]
        parts += [_searched(place, found["search"]) for place, found in places.items()]
    (first, *_), (last, *_) = (list(figures["products"][size].values()) for size in _ends(figures))
    plain = first["asked"][f"{figures['connections']} connections"]
    parts.append(
        verdict(
            plain["per_second"] >= bars["per_second"],
            f"{bars['per_second']:,} answers a second at {int(_ends(figures)[0]):,} products by one process "
            "on one core",
        )
        + " "
        + verdict(
            last["ready_seconds"] < bars["ready_seconds"],
            f"{int(_ends(figures)[1]):,} products ready within {bars['ready_seconds']:g} s of the command",
        )
    )
    return "\n\n".join(parts)


def _ends(figures: Figures) -> tuple[str, str]:
    """The smallest and the largest catalogue."""
    sizes = list(figures["products"])
    return sizes[0], sizes[-1]


def _asked(places: Figures) -> str:
    return table(
        ("", "a second", "p50, ms", "p99, ms", "processor, ms"),
        (
            (
                f"{place}: {kind}",
                f"{row['per_second']:,.0f}",
                *_milliseconds(row, "p50", "p99"),
                f"{row['processor_ms']:.2f}",
            )
            for place, found in places.items()
            for kind, row in found["asked"].items()
        ),
    )


def _memory(places: Figures) -> str:
    return table(
        ("", "ready, seconds", "private, MB", "together, MB", "after the questions, private", "together"),
        (
            (
                place,
                f"{found['ready_seconds']:g}",
                *(
                    f"{found['megabytes'][when][part]:,}"
                    for when in ("when ready", "after the questions")
                    for part in ("private", "together")
                ),
            )
            for place, found in places.items()
        ),
    )


def _searched(place: str, search: Figures) -> str:
    ways = "; ".join(f"{count} answers {way}" for way, count in search["answers"].items())
    told, measured = f"{place}: {ways}, {search['scored']:g} products scored (median).", search["measured"]
    if measured is None or not measured["asked"]:
        return told
    recall = f"a recall of {measured['recall']:.4f} over {measured['asked']} products"
    return f"{told} `/health/ready` tells {recall}."


def _milliseconds(row: Figures, *parts: str) -> list[str]:
    return [f"{row[part]:.1f}" for part in parts]

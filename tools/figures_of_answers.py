"""The sections of docs/benchmarks.md about words, recipes, wishes, scores and the last stage."""

from __future__ import annotations

from figures import Figures, between, table, verdict

_TITLES = "title to its own wordless picture"
_TYPED = "typed kind and colour"


def words(figures: Figures) -> str:
    """Titles that seek their own picture, typed kinds and colours, a photo with words."""
    bars, titles, typed = figures["bars"], figures[_TITLES], figures[_TYPED]
    ours = titles["map"]
    shares = typed["share of the first ten"]
    found, kept = ours["hit_rate_at_10"]["mean"], ours["kept with a slip"]["mean"]
    held = found >= bars["title"] and kept >= bars["kept"]
    ways = [name for name, row in shares.items() if isinstance(row, dict) and "kind" in row]
    parts = [
        f"A map from words to looks is fitted on {figures['fitted_on']:,} products; among "
        f"{titles['gallery']:,} others each of {titles['askers']:,} titles seeks its own product, of which "
        "only the picture is known. Then the same with one slip of the keys in each title.",
        table(
            ("", *(name for name in ours)),
            ((name, *map(between, titles[way].values())) for name, way in _WAYS.items()),
        ),
        verdict(
            held,
            f"hit_rate_at_10 of at least {bars['title']:g}, "
            f"of which a slip leaves {bars['kept']:.0%} or more",
        ),
        f'{typed["questions"]} typed questions such as "white sneakers", and how many of the first ten '
        "are of "
        f"that kind and colour; no order could reach more than {shares['at_most']['both']:.3f}, since of "
        "some "
        "there are fewer than ten.",
        table(
            ("tags", "kind and colour", "kind", "colour"),
            ((way, *(between(shares[way][part]) for part in ("both", "kind", "colour"))) for way in ways),
        ),
    ]
    if "said otherwise" in figures:
        other = figures["said otherwise"]
        parts.append(
            "With another word for the kind, such as trainers for sneakers "
            f"({other['questions']} questions, all tags there), {between(other['kind, said otherwise'])} of "
            f"the first ten are of the kind; with the shop's own word {between(other['kind, as labelled'])}."
        )
    if "a photo and words" in figures:
        parts += _with_photo(figures["a photo and words"])
    return "\n\n".join(parts)


_WAYS = {"as shipped": "map", "a plain ridge from TF-IDF": "plain ridge"}


def _with_photo(figures: Figures) -> list[str]:
    rows = [
        (
            f"{tags}, {way}",
            *(between(figures[tags][way][part]) for part in ("another colour", "another kind")),
        )
        for tags in figures
        if tags != "cases"
        for way in figures[tags]
    ]
    return [
        f'A photo and words: a product\'s photo with "in" another colour, or with another kind '
        f"({figures['cases']} cases). Right is the photo's kind in the asked colour, or the asked kind in "
        "the "
        "photo's colour.",
        table(("", "another colour", "another kind"), rows),
    ]


def words_speed(figures: Figures) -> str:
    """How long words take."""
    speed, bar = figures["speed"], figures["bars"]["p95_ms"]
    rows = [
        (name.replace("_", " "), value) for part in ("fit", "speed") for name, value in figures[part].items()
    ]
    return "\n\n".join(
        (
            "Fitting the map, and answering questions in words.",
            table(("", "figure"), rows),
            verdict(speed["p95_ms"] < bar, f"95% of questions in words under {bar:g} ms"),
        )
    )


def content(figures: Figures) -> str:
    """Looks, texts, and both, when fields are blank or wrong."""
    rows = [
        (
            name,
            f"{row['hidden']}: {row['right']}",
            f"{row['blank']:.0%} / {row['wrong']:.0%}",
            f"{row['askers']:,}",
            *(f"{row[way]['mean']:.3f}" for way in ("look", "content", "both")),
            _change(row["both_minus_better"]),
        )
        for name, found in figures["sets"].items()
        for row in found["rows"]
    ]
    counted = [row for found in figures["sets"].values() for row in found["rows"]]
    worse = sum(not row["never_worse"] for row in counted)
    return "\n\n".join(
        (
            "A label is taken out of the table and out of all texts, then some of the other fields are "
            "blanked "
            f"and 5% made wrong in some rows; the share of the first {figures['k']} that have the asker's "
            "label.",
            table(
                (
                    "set",
                    "hidden: right",
                    "blank / wrong",
                    "askers",
                    "look",
                    "content",
                    "both",
                    "both - better",
                ),
                rows,
            ),
            verdict(
                worse == 0,
                f"both is nowhere worse than the better one beyond noise ({worse} of {len(counted)})",
            ),
            _content_speed(figures["speed"]),
        )
    )


def _content_speed(speed: Figures) -> str:
    taken = ", ".join(f"{way} {speed[f'{way}_ms']['p95']:g}" for way in ("content", "look", "both"))
    return (
        f"Among {speed['products']:,} products, 95% of {speed['questions']} questions take at most (ms): "
        f"{taken}. "
        f"What the first question makes takes {speed['content_seconds'] + speed['pairs_seconds']:.1f} s."
    )


def recipes(figures: Figures) -> str:
    """The recipes beside one another."""
    parts = [
        f"The first {figures['k']} of each recipe: the share with the asker's label, the share of other "
        "kinds, "
        "and the mean distance of the looks of an answer from one another."
    ]
    for name, own in figures["sets"].items():
        for state, found in own.items():
            if not isinstance(found, dict):
                continue
            columns = [column for column in found["look"] if column != "answers"]
            parts += [
                f"{name}, {state}: {found['answered by all']:,} askers.",
                table(
                    ("recipe", *columns),
                    (
                        (recipe, *(between(row[column]) for column in columns))
                        for recipe, row in found.items()
                        if isinstance(row, dict)
                    ),
                ),
            ]
    return "\n\n".join(parts)


def closeness(figures: Figures) -> str:
    """When nothing is close, and how far a probability can be believed."""
    rows = []
    for encoder, own in figures["encoders"].items():
        for shop, found in own["shops"].items():
            asked = [*found["foreign"].items(), *found["stocked"].items()]
            rows += [
                (
                    f"{encoder}: {shop}",
                    who,
                    f"{one['cases']:,}",
                    between(one),
                    ("at least" if who in found["foreign"] else "at most") if one["bar"] else "",
                )
                for who, one in asked
                if encoder == "product" or _missed(one, who in found["foreign"], figures["bars"])
            ]
    bars = figures["bars"]
    parts = [
        "Photos of things that a shop does not have, and unseen photos of things that it has: the share of "
        f"which the answer says that nothing is close. Bars: at least {bars['foreign']:.0%} of the "
        "former, at most "
        f"{bars['stocked']:.0%} of the latter. Of `imagenet` only what misses its bar is shown.",
        table(("shop", "asked with", "photos", "nothing is close", "bar"), rows),
        "The probability that a result is the very product of the photo, fitted on half of the askers and "
        "held against the others.",
        table(
            ("pairs of", "fitted on", "candidates", "expected calibration error", "Brier score"),
            (
                (
                    name,
                    f"{one['pairs']:,}",
                    f"{one['candidates']:,}",
                    between(one["ece"]),
                    f"{one['brier']:.3f}",
                )
                for name, one in figures["same_product"].items()
            ),
        ),
    ]
    return "\n\n".join(parts)


def _missed(one: Figures, foreign: bool, bars: Figures) -> bool:
    """Whether a figure misses a bar that is meant for it."""
    beyond = one["mean"] < bars["foreign"] if foreign else one["mean"] > bars["stocked"]
    return bool(one["bar"] and beyond)


def stages(figures: Figures) -> str:
    """What the dial of diversity costs and gives, and the time the stages take."""
    rows = [
        (
            name,
            dial,
            between(row["precision"]),
            _change(row["precision_change"]),
            between(row["distance"]),
        )
        for name, dials in figures["dials"].items()
        for dial, row in dials.items()
        if dial != "askers"
    ]
    return "\n\n".join(
        (
            f"The first {figures['k']} with the dial of diversity at 0 to 1: the share of the asker's "
            "kind, and the "
            "mean distance of the looks of an answer from one another.",
            table(("set", "dial", "same kind", "change", "distance"), rows),
            f"Time of `similar` among {figures['products']['fashion-small']:,} products.",
            table(
                ("stages", "median, ms", "95%, ms", "times none"),
                (
                    (name, f"{one['p50']:g}", f"{one['p95']:g}", f"{one['ratio']:g}")
                    for name, one in figures["milliseconds"].items()
                ),
            ),
        )
    )


def rules(figures: Figures) -> str:
    """How far a shop's rules lift, and the time that they take."""
    rows = [
        (f"{where} ({lifts['of']:.0%})", by, between(row["share"]), between(row["similarity"]))
        for where, lifts in figures["lifts"].items()
        for by, row in lifts.items()
        if by != "of"
    ]
    return "\n\n".join(
        (
            f"A rule boosts the products of a season or of a usage, {figures['askers']} of "
            f"{figures['products']:,} products ask for {figures['k']}: the share of boosted products in "
            "an answer, and the mean similarity of its looks. The default is 0.1.",
            table(("boosted", "by", "share", "similarity"), rows),
            table(
                ("rules", "median, ms", "95%, ms"),
                (
                    (name, f"{one['p50']:g}", f"{one['p95']:g}")
                    for name, one in figures["milliseconds"].items()
                ),
            ),
        )
    )


def examples(figures: Figures) -> str:
    """Ways to ask with what is liked and what is not."""
    told = {
        "by_chance": "three liked and two disliked, by chance",
        "seen": "three liked, two disliked that were seen in an answer",
        "one_liked": "one liked, two disliked that were seen",
        "two_kinds": "liked ones of two kinds",
    }
    rows = [
        (
            told.get(name, name),
            way,
            between(row["wanted"]),
            between(row["disliked"]) if "disliked" in row else "",
        )
        for name, found in figures.items()
        if name in told
        for way, row in found.items()
    ]
    return "\n\n".join(
        (
            f"A kind in a colour is wanted ({figures['cells']} such), by examples: the share of the first "
            f'{figures["k"]} that are wanted, and that are like what was disliked. "gathered" is what is '
            "shipped.",
            table(("examples", "way", "wanted", "disliked"), rows),
        )
    )


def wishes(figures: Figures) -> str:
    """Whether promises are kept."""
    counts = figures["counts"]
    return "\n\n".join(
        (
            "Random questions with random wishes, by products, photos, words and examples; every result, and "
            "what is folded into it, is held against each wish by other code than the filter's.",
            table(("", "count"), ((name, f"{value:,}") for name, value in counts.items())),
            verdict(figures["broken"] == 0, f"every wish is kept ({figures['broken']} broken)"),
        )
    )


def _change(one: Figures) -> str:
    return f"{one['mean']:+.3f} [{one['low']:+.3f}, {one['high']:+.3f}]"

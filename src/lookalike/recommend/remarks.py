"""What there is to say of an answer and of its results, in words: for a contact sheet and for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lookalike.recommend.recommendation import Recommendation, Shelf

_DOES = {"boost": "lifts", "bury": "lowers", "exclude": "leaves out"}

_NOT_PINNED = {
    "filter": "the filter leaves it out",
    "itself": "it asks",
    "examples": "it asks",
    "excluded": "it was to be left out",
    "rules": "another rule leaves it out",
    "stock": "it is sold out",
    "brand": "there are enough of its brand",
    "variants": "another of its style is there, or asks",
    "copies": "its picture is there, or asks",
    "place": "the answer is shorter",
    "kind": "it is of another kind",
    "own kind": "it is of the kind that asks",
    "per kind": "there are enough of its kind",
    "owned": "the shopper has it",
    "seen": "the shopper has seen it",
    "disliked": "the shopper dislikes it",
    "avoided": "the shopper avoids it",
    "budget": "it costs more than the shopper's budget",
}
"""Why a product has not the place that a rule gives it, by what left it out."""


def why(result: Recommendation) -> str:
    """The score and what it was made of, in a few words; a score that is one measurement is said once."""
    names = ("look", "colour", "content", "text", "shown", "distance")
    measured = {name: result.evidence[name] for name in names if name in result.evidence}
    parts = [f"{name} {value:.2f}" for name, value in measured.items()]
    if not any(abs(abs(value) - abs(result.score)) < 1e-9 for value in measured.values()):
        parts.insert(0, f"score {result.score:.2f}")
    return " · ".join(parts)


def how_found(answer: Shelf) -> str:
    """Which wishes an answer follows, and among how many products it was chosen."""
    explain = answer.explain
    weights = {"distance": 1.0} if explain.get("metric") == "euclidean" else explain.get("weights", {})
    order = " + ".join(name if share == 1 else f"{share:g} {name}" for name, share in weights.items())
    parts = [f"only {explain['where']}"] if explain.get("where") else []
    if "matching" in explain:
        parts.append(f"best {len(answer):,} of {explain['matching']:,}")
    if order:
        parts.append(f"ordered by {order}")
    return ", ".join(parts)


def folded_into(result: Recommendation) -> str:
    """How many products are folded into one, as "+2 copies, +1 variant"; "" for none."""
    parts = [_more(len(result.copies), "copy", "copies"), _more(len(result.variants), "variant", "variants")]
    return ", ".join(part for part in parts if part)


def folding(answer: Shelf) -> str:
    """What an answer folded, and left out because it shows the same picture, in words; "" for nothing."""
    explain = answer.explain
    by = explain.get("folded_by", {"copies": explain.get("folded", 0), "variants": 0})
    own = explain.get("left_out", {}).get("copies", 0)
    parts = []
    if copies := by["copies"]:
        into = "one that shows" if copies == 1 else "those that show"
        parts.append(f"{_products(copies)} folded into {into} the same picture")
    if variants := by["variants"]:
        into = "the best of its style" if variants == 1 else "the best of their style"
        parts.append(f"{_count(variants, 'variant', 'variants')} folded into {into}")
    if own:
        parts.append(f"{_products(own)} with the picture that asks left out")
    return ", ".join(parts)


def warning(answer: Shelf) -> str:
    """What to know before looking at the results, as a sentence: that nothing is close; "" for nothing."""
    if not answer.nothing_close:
        return ""
    return str(answer.explain.get("nothing_close", "Nothing here is close; these are the nearest."))


def remarks(answer: Shelf) -> list[str]:
    """Sentences on how a question was read and what was done to the order, what is folded left out."""
    explain = answer.explain
    return [
        *_shopper(explain.get("shopper", {})),
        *_rules(explain),
        *_words(explain.get("words", {})),
        *_recipe(explain),
        *(said for stage in explain.get("stages", ()) if (said := _stage(stage))),
    ]


def _shopper(shopper: Mapping[str, Any]) -> list[str]:
    return [_whole(str(shopper["because"]))] if shopper.get("because") else []


def _rules(explain: Mapping[str, Any]) -> list[str]:
    """What the shop's rules did, and why a product that was to be pinned is not there."""
    unread = [str(rule["problem"]) for rule in explain.get("rules", ()) if rule["name"] is None]
    if unread:
        return unread
    told = [rule for rule in explain.get("rules", ()) if rule["action"] in _DOES]
    said = [f"“{rule['name']}” {_DOES[rule['action']]} {_products(rule['products'])}" for rule in told]
    for pin in explain.get("pins", ()):
        if pin["shown"]:
            said.append(f"{pin['id']} is pinned to place {pin['place']:,}")
        else:
            said.append(f"{pin['id']} is not pinned: {_NOT_PINNED.get(pin['why'], pin['why'])}")
    said += [f"“{rule['name']}”: {rule['problem']}" for rule in explain.get("rules", ()) if "problem" in rule]
    return [_whole(f"By the shop's rules {', '.join(said)}")] if said else []


def _words(words: Mapping[str, Any]) -> list[str]:
    said = [_whole(note) for note in words.get("read_as", ())]
    if unknown := words.get("unknown"):
        which = " and ".join(f"“{word}”" for word in unknown)
        said.append(f"This catalogue knows nothing of {which}.")
    return said


def _recipe(explain: Mapping[str, Any]) -> list[str]:
    said = [_whole(str(explain["recipe_because"]))] if explain.get("recipe_because") else []
    kind = explain.get("kind")
    if kind and kind.get("name"):
        labelled = kind.get("from") == "label"
        how = "as it is labelled" if labelled else f"as {kind.get('share', 0):.0%} of its neighbours are"
        said.append(f"Of the kind “{kind['name']}”, {how}.")
    return said


def _stage(stage: Mapping[str, Any]) -> str:
    """What a stage did, where it did something."""
    name, moved = stage["stage"], stage.get("moved", 0)
    if name == "stock" and stage.get("sold_out"):
        return "What is in stock comes first."
    if name == "brands" and stage["in"] > stage["out"]:
        return f"At most {stage['per_brand']:,} of a brand."
    if name == "diversity" and moved:
        return f"Chosen to differ from one another: {_places(moved)} changed."
    return ""


def _places(count: int) -> str:
    return _count(count, "place", "places")


def _products(count: int) -> str:
    return _count(count, "product", "products")


def _count(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _more(count: int, one: str, many: str) -> str:
    return f"+{_count(count, one, many)}" if count else ""


def _whole(text: str) -> str:
    """A text as a sentence."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def percent(share: float | None) -> str:
    """A closeness as it is shown in a table: "94%", never all; "" where it is not known."""
    return "" if share is None else f"{min(99, int(100 * share))}%"

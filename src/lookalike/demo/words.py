"""What the demo shop says about its products: style names, brands, titles and descriptions."""

from __future__ import annotations

import numpy as np

from lookalike.demo.designs import Cut, Kind, Look

BRANDS = (
    "Alderwick",
    "Brindle & Fen",
    "Cobblemoor",
    "Dovetrail",
    "Elmarrow",
    "Fernhollow",
    "Greymoss",
    "Halewyn",
    "Ibexley",
    "Juniper Row",
    "Kestrelby",
    "Larkmere",
    "Mossandel",
    "Nettlefold Lane",
)

STYLES = (
    "Ada",
    "Alba",
    "Anouk",
    "Ardal",
    "Arlo",
    "Astra",
    "Basil",
    "Birk",
    "Bjarne",
    "Bruno",
    "Calla",
    "Cleo",
    "Cosmo",
    "Dalia",
    "Edda",
    "Elio",
    "Ember",
    "Enzo",
    "Fable",
    "Faro",
    "Flora",
    "Freya",
    "Gaia",
    "Greta",
    "Hugo",
    "Ida",
    "Ines",
    "Iris",
    "Isla",
    "Jonas",
    "Juno",
    "Kaia",
    "Leif",
    "Lena",
    "Liv",
    "Luca",
    "Luna",
    "Maren",
    "Milo",
    "Mira",
    "Nell",
    "Nico",
    "Noor",
    "Olive",
    "Orla",
    "Oskar",
    "Otto",
    "Pia",
    "Quinn",
    "Remy",
    "Rina",
    "Romy",
    "Saga",
    "Selma",
    "Sol",
    "Stella",
    "Sven",
    "Tavi",
    "Thea",
    "Tilda",
    "Uma",
    "Vera",
    "Vida",
    "Willa",
    "Wren",
    "Ylva",
    "Zadie",
    "Zora",
)

PATTERN_WORDS = {
    "plain": "",
    "stripes": "striped",
    "pinstripes": "pinstriped",
    "checks": "checked",
    "dots": "spotted",
    "floral": "floral",
    "gradient": "dip-dyed",
    "colour-block": "colour-block",
}

_BEFORE = {
    ("sleeve", "long"): "long-sleeved",
    ("sleeve", "raglan"): "raglan",
    ("sleeve", "short"): "short-sleeved",
    ("sleeve", "sleeveless"): "sleeveless",
    ("neck", "v-neck"): "V-neck",
    ("neck", "scoop"): "scoop-neck",
    ("neck", "roll"): "roll-neck",
    ("neck", "V"): "V-neck",
    ("neck", "straps"): "strappy",
    ("knit", "cable"): "cable-knit",
    ("style", "bomber"): "bomber",
    ("style", "padded"): "padded",
    ("style", "blazer"): "tailored",
    ("shape", "flared"): "flared",
    ("shape", "straight"): "straight",
    ("shape", "A-line"): "A-line",
    ("shape", "pleated"): "pleated",
    ("shape", "pencil"): "pencil",
    ("length", "mini"): "mini",
    ("length", "maxi"): "maxi",
    ("length", "floor"): "maxi",
    ("leg", "skinny"): "skinny",
    ("leg", "wide"): "wide-leg",
    ("height", "high"): "high-top",
    ("height", "ankle"): "ankle",
    ("height", "knee"): "knee-high",
    ("style", "elastic"): "chelsea",
    ("style", "laced"): "lace-up",
    ("style", "buckle"): "buckled",
    ("heel", "stiletto"): "stiletto",
    ("heel", "block"): "block-heeled",
    ("heel", "kitten"): "kitten",
    ("shape", "tote"): "tote",
    ("shape", "satchel"): "satchel",
    ("shape", "bowling"): "bowling",
    ("shape", "flap"): "buckled",
    ("shape", "roll-top"): "roll-top",
    ("shape", "fedora"): "fedora",
    ("shape", "boater"): "boater",
    ("shape", "sun hat"): "wide-brimmed",
    ("weave", "straw"): "straw",
    ("shape", "round"): "round",
    ("shape", "square"): "square",
    ("shape", "cat-eye"): "cat-eye",
    ("shape", "aviator"): "aviator",
    ("marks", "chronograph"): "chronograph",
    ("shape", "tapered"): "tapered",
    ("shape", "squat"): "squat",
    ("shape", "tall"): "tall",
    ("shape", "bottle"): "bottle",
    ("shape", "amphora"): "amphora",
    ("shape", "cylinder"): "cylinder",
    ("shape", "bulb"): "bulb",
    ("shape", "trumpet"): "trumpet",
    ("shade", "drum"): "drum-shade",
    ("shade", "cone"): "cone-shade",
    ("shade", "dome"): "dome-shade",
    ("back", "slats"): "spindle-back",
    ("back", "upholstered"): "upholstered",
    ("back", "shell"): "shell",
    ("seats", "two"): "two-seat",
    ("seats", "three"): "three-seat",
}

_AFTER = {
    ("pocket", "pocket"): "a chest pocket",
    ("pocket", "contrast"): "a contrasting pocket",
    ("waist", "belt"): "a slim belt",
    ("sole", "thick"): "a chunky sole",
    ("toe", "cap"): "a rubber toe cap",
    ("detail", "strap"): "an ankle strap",
    ("detail", "bow"): "a bow",
    ("handle", "long"): "long handles",
    ("handle", "large"): "a generous handle",
    ("trim", "bow"): "a ribbon bow",
    ("trim", "band"): "a ribbon band",
    ("peak", "contrast"): "a contrasting peak",
    ("front", "badge"): "an embroidered badge",
    ("lens", "brown"): "brown lenses",
    ("lens", "dark"): "dark lenses",
    ("lens", "tinted"): "tinted lenses",
    ("case", "gold"): "a gold-tone case",
    ("case", "steel"): "a steel case",
    ("case", "black"): "a black case",
    ("trim", "contrast"): "a contrasting trim",
    ("stems", "stems"): "dried stems",
    ("foot", "ceramic"): "a ceramic foot",
    ("foot", "wood"): "a turned wooden foot",
    ("foot", "metal"): "a slim metal foot",
    ("edge", "piping"): "piped edges",
    ("edge", "tassels"): "corner tassels",
    ("legs", "wood"): "wooden legs",
    ("legs", "metal"): "metal legs",
    ("arms", "rolled"): "rolled arms",
    ("arms", "slim"): "slim arms",
    ("back", "buttoned"): "a buttoned back",
    ("style", "jeans"): "contrast stitching",
    ("style", "pressed"): "a pressed crease",
    ("cushions", "cushions"): "two scatter cushions",
}

_USES = {
    "Clothing": (
        "for every day",
        "for slow weekends",
        "for long summer evenings",
        "for the office and after",
        "for cool mornings",
    ),
    "Shoes": ("for long walks in town", "for every day", "for evenings out", "that get better with wear"),
    "Bags": ("for work and weekends", "with room for a day's things", "made to last", "for short trips"),
    "Accessories": (
        "to finish an outfit",
        "for sunny days",
        "a small thing worn often",
        "that goes with nearly everything",
    ),
    "Home": ("for a calm corner", "that brightens a room", "for every day", "made to be used and looked at"),
}


def traits(kind: Kind, cut: Cut) -> tuple[list[str], list[str]]:
    """What a cut is called: words before the noun, and phrases for "with ..."."""
    pairs = [(name, cut[name]) for name in kind.options]
    if kind.noun == "trousers" and cut["length"] == "shorts":
        pairs = [pair for pair in pairs if pair[0] != "leg"]
    if kind.noun == "dress" and cut["neck"] == "straps":
        pairs = [pair for pair in pairs if pair[0] != "sleeve"]
    return [_BEFORE[p] for p in pairs if p in _BEFORE], [_AFTER[p] for p in pairs if p in _AFTER]


def noun(kind: Kind, cut: Cut) -> str:
    """The thing's own word: trousers may be jeans or shorts."""
    if kind.noun == "trousers":
        return "shorts" if cut["length"] == "shorts" else ("jeans" if cut["style"] == "jeans" else "trousers")
    return kind.noun


def colours(look: Look) -> str:
    """The variant's colour as a shop writes it: one name, or two joined by a slash."""
    return look.shade.name if look.pattern == "plain" else f"{look.shade.name}/{look.accent.name}"


def title(kind: Kind, cut: Cut, look: Look, style: str) -> str:
    """A title such as "Wren striped long-sleeved T-shirt in navy/white"."""
    before, _ = traits(kind, cut)
    words = [style, PATTERN_WORDS[look.pattern], *before[:2], noun(kind, cut), "in", colours(look)]
    return " ".join(word for word in words if word)


def description(kind: Kind, cut: Cut, look: Look, material: str, brand: str) -> str:
    """Two plain sentences about the product."""
    chance = np.random.default_rng([cut.seed, 5])
    before, after = traits(kind, cut)
    uses = _USES[kind.category.split(" > ")[0]]
    name = " ".join([*before, noun(kind, cut)])
    article = "A" if name[0].lower() not in "aeiou" else "An"
    plural = name.endswith(("trousers", "shorts", "jeans", "sneakers", "boots", "heels", "sunglasses"))
    first = (
        f"{'A pair of' if plural else article} {name} in {material}, {uses[int(chance.integers(len(uses)))]}."
    )
    with_ = f" With {' and '.join(after[:2])}." if after else ""
    pattern = PATTERN_WORDS[look.pattern]
    colour = colours(look).replace("/", " and ")
    last = f" {brand} makes it {f'{pattern} ' if pattern else ''}in {colour}."
    return first + with_ + (last.replace("makes it", "makes them") if plural else last)

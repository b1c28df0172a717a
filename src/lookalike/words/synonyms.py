"""Words that shops use for one thing, where a catalogue's own words cannot teach it; and names of colours."""

from __future__ import annotations

from functools import cache

from lookalike import colour
from lookalike.words.texts import base_form

_SAME = """
sneaker | trainer | casual shoe | sport shoe
trainer | running shoe | sport shoe | gym shoe
sneaker | running shoe | gym shoe
without sleeve | sleeveless
without strap | strapless
without lace | slip on
trouser | pant | slack | chino
jumper | sweater | pullover | jersey
hoodie | hoody | hooded sweatshirt | sweatshirt
t shirt | tshirt | tee
handbag | purse | shoulder bag
wallet | billfold | purse
clutch | evening bag
backpack | rucksack | knapsack
suitcase | luggage | trolley bag
sunglass | shade
spectacle | eyeglass
jean | denim
necklace | pendant | chain
earring | ear stud
bangle | bracelet
nightdress | nightgown | nightie
pyjama | pajama | night suit | nightwear
vest | waistcoat | gilet
undershirt | vest
panty | knicker | brief
boxer | trunk
flip flop | thong | slipper
heel | stiletto | pump
flat | ballerina
legging | tight | jegging
tight | stocking | pantyhose
scarf | muffler | stole | shawl
tie | necktie
cap | hat
swimsuit | swimwear | bathing suit
coat | overcoat
jacket | blazer
blouse | top
dress | frock | gown
perfume | fragrance | cologne
watch | wristwatch | timepiece
jewellery | jewelry
dungaree | overall
sofa | couch | settee
wardrobe | closet
cupboard | cabinet
rug | carpet
curtain | drape
mug | cup
cooker | stove
fridge | refrigerator
television | tv
mobile | phone | smartphone
laptop | notebook
headphone | earphone
bin | trash can
torch | flashlight
spanner | wrench
pram | stroller | pushchair
nappy | diaper
aubergine | eggplant
courgette | zucchini
coriander | cilantro
biscuit | cookie
sweet | candy
crisp | chip
soda | soft drink
woman | women | lady | female
man | men | gent | male
kid | child | children
grey | gray
"""

Meaning = tuple[str, ...]
"""The words, in their base form, that together say a thing."""


@cache
def _table() -> dict[Meaning, tuple[Meaning, ...]]:
    found: dict[Meaning, dict[Meaning, None]] = {}
    for line in _SAME.split("\n"):
        same = [tuple(base_form(word) for word in name.split()) for name in line.split("|") if name.split()]
        for one in same:
            found.setdefault(one, {}).update({other: None for other in same if other != one})
    return {one: tuple(others) for one, others in found.items()}


def synonyms(said: Meaning) -> tuple[Meaning, ...]:
    """Other ways to say it, the nearest first: other words for a thing, or for a colour; mostly none."""
    named = colour.canonical(" ".join(said))
    if named is None:
        return _table().get(said, ())
    near = {part for parts in colour.BROADER.items() if named in parts[1] for part in (parts[0], *parts[1])}
    names = [named, *sorted(near - {named})]
    names += [alias for alias, name in colour.ALIASES.items() if name == named]
    others = [tuple(base_form(word) for word in name.split()) for name in names]
    return tuple(other for other in dict.fromkeys(others) if other != said)

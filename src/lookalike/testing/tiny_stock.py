"""What the tiny shop has in stock: written out, uneven on purpose."""

from __future__ import annotations

Variant = tuple[str, str, str, str]
"""Id, shade, pattern, price."""

# Kind, group, its options, and the variants.
STOCK: tuple[tuple[str, str, dict[str, str], tuple[Variant, ...]], ...] = (
    (
        "T-shirts",
        "TEE-A",
        {"sleeve": "short", "neck": "crew"},
        (
            ("0007", "red", "plain", "19.90 EUR"),
            ("0008", "cobalt", "plain", "19.90 EUR"),
            ("0009", "white", "plain", "19.90 EUR"),
            ("0010", "black", "plain", "17.90 EUR"),
        ),
    ),
    (
        "T-shirts",
        "TEE-B",
        {"sleeve": "long", "neck": "v-neck"},
        (("t5", "navy", "stripes", "24.90 EUR"), ("t6", "red", "stripes", "24.90 EUR")),
    ),
    ("T-shirts", "TEE-C", {"sleeve": "raglan", "neck": "crew"}, (("t7", "emerald", "plain", "29.90 EUR"),)),
    (
        "T-shirts",
        "",
        {"sleeve": "short", "neck": "scoop"},
        (("t8", "pink", "dots", "22.00 USD"), ("t9", "lemon", "floral", "18.50 EUR")),
    ),
    (
        "Sneakers",
        "RUN-1",
        {"height": "low", "sole": "thin", "side": "bars", "toe": "cap"},
        (
            ("0100", "red", "plain", "79.90 EUR"),
            ("0101", "cobalt", "plain", "79.90 EUR"),
            ("0102", "black", "plain", "84.90 EUR"),
        ),
    ),
    (
        "Sneakers",
        "RUN-2",
        {"height": "high", "sole": "thick", "side": "wave", "toe": "soft"},
        (("s4", "white", "plain", "99.00 EUR"), ("s5", "emerald", "plain", "99.00 EUR")),
    ),
    (
        "Sneakers",
        "",
        {"height": "low", "sole": "thick", "side": "plain", "toe": "soft"},
        (("s6", "pink", "checks", "59.90 EUR"), ("s7", "cobalt", "plain", "64.00 GBP")),
    ),
    (
        "Handbags",
        "BAG-1",
        {"shape": "satchel", "handle": "short"},
        (
            ("0000300", "red", "plain", "129.00 EUR"),
            ("0000301", "brown", "plain", "129.00 EUR"),
            ("b3", "black", "plain", "129.00 EUR"),
        ),
    ),
    (
        "Handbags",
        "",
        {"shape": "tote", "handle": "long"},
        (("b4", "red", "plain", "89.00 EUR"), ("b5", "mustard", "plain", "92.00 EUR")),
    ),
    ("Handbags", "", {"shape": "bowling", "handle": "short"}, (("b6", "navy", "plain", "149.00 EUR"),)),
    (
        "Mugs",
        "MUG",
        {"shape": "straight", "handle": "large", "trim": "tonal"},
        (
            ("m1", "red", "plain", "9.90 EUR"),
            ("m2", "cobalt", "plain", "9.90 EUR"),
            ("m3", "white", "dots", "11.90 EUR"),
        ),
    ),
    (
        "Mugs",
        "",
        {"shape": "round", "handle": "small", "trim": "contrast"},
        (("m4", "emerald", "plain", "12.50 EUR"), ("m5", "mustard", "stripes", "14.00 USD")),
    ),
    (
        "Table lamps",
        "LAMP",
        {"shade": "cone", "foot": "wood", "light": "off"},
        (("l1", "red", "plain", "49.90 EUR"), ("l2", "white", "plain", "49.90 EUR")),
    ),
    (
        "Table lamps",
        "",
        {"shade": "drum", "foot": "ceramic", "light": "lit"},
        (("l3", "cobalt", "plain", "69.90 EUR"), ("l4", "emerald", "plain", "72.90 EUR")),
    ),
    (
        "Chairs",
        "CHAIR",
        {"back": "slats", "legs": "wood"},
        (("c1", "red", "plain", "119.00 EUR"), ("c2", "black", "plain", "119.00 EUR")),
    ),
    ("Chairs", "", {"back": "shell", "legs": "metal"}, (("c3", "cobalt", "plain", "99.00 EUR"),)),
    (
        "Dresses",
        "DRESS",
        {"shape": "flared", "length": "knee", "neck": "round", "sleeve": "sleeveless", "waist": "belt"},
        (("d1", "red", "plain", "69.90 EUR"), ("d2", "emerald", "floral", "74.90 EUR")),
    ),
    (
        "Watches",
        "",
        {"shape": "round", "case": "gold", "strap": "leather", "dial": "white", "marks": "plain"},
        (("w1", "brown", "plain", "199.00 EUR"),),
    ),
    (
        "Sofas",
        "",
        {"seats": "three", "arms": "track", "feet": "wood", "back": "smooth", "cushions": "none"},
        (("00", "cobalt", "plain", "899.00 EUR"),),
    ),
)

# A copy's id, whose pictures it has, and how they are stored.
COPIES = (
    ("0007-bis", "0007", "bytes"),
    ("t5-bis", "t5", "webp"),
    ("m1-bis", "m1", "bytes"),
    ("m1-ter", "m1", "webp"),
)
MORE_VIEWS = {
    "0007": ("turned",),
    "0101": ("turned", "tinted"),
    "b4": ("room",),
    "l3": ("room", "turned"),
    "d1": ("turned",),
    "c3": ("room",),
}
OUT_OF_STOCK = frozenset({"0010", "0102", "b5", "m3", "c2"})
NO_BRAND = frozenset({"t9", "s6", "m4", "l2", "00"})
PHOTOGRAPHED = ("0007", "0101", "b4", "b4", "m2", "l3", "c1")

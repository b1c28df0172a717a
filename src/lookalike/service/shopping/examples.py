"""Examples of what is told and asked of shoppers: the demo shop's, with long lists cut short."""

from __future__ import annotations

from typing import Any

from lookalike.service.examples import ANSWER, LAMP

Document = dict[str, Any]

_ABOUT = {"version": 6, "request_id": "9f86d081884c7d65"}
_REQUEST = {"request_id": "9f86d081884c7d65"}
_TOKEN = "BQEAAAAGAAABnACMiK8a0QhYrE5wMTAwMDAxSXAhkg"
_UNKNOWN = {"similarity": None, "closeness": None, "same_product": None}

_EVENT: Document = {
    "user": "u-1017",
    "item": "00518",
    "event": "clicked",
    "timestamp": "2026-11-22T06:40:00Z",
    "answer": _TOKEN,
    "id": "5d1c1f0e",
}
EVENTS: Document = {
    "one": {"summary": "One event", "value": _EVENT},
    "several": {
        "summary": "Several; one of them names nobody, only a visit",
        "value": [_EVENT, {"session": "s-81", "item": "00042", "event": "viewed"}],
    },
    "ga4": {
        "summary": "A message of Google Analytics 4's Measurement Protocol",
        "value": {
            "client_id": "u-1017",
            "timestamp_micros": "1795329600000000",
            "events": [
                {
                    "name": "purchase",
                    "params": {"items": [{"item_id": "00518", "quantity": 1, "price": 49.9}]},
                }
            ],
        },
    },
}
RECORDED: Document = {
    "rows": 3,
    "recorded": 2,
    "repeated": 0,
    "erased": 0,
    "reported": 1,
    "unknown": 0,
    "future": 0,
    "kinds": {"clicked": 1, "bought": 1},
    "passed": {},
    "reasons": {"no-item": 1},
    "problems": [
        {"row": 3, "item": "", "reason": "no-item", "detail": "It names no product.", "recorded": False}
    ],
    "seconds": 0.071,
    **_REQUEST,
}

_SNEAKERS: Document = {
    **LAMP,
    "id": "00313",
    "title": "Pia sneakers in emerald",
    "description": "A pair of sneakers in recycled mesh, for long walks in town. With a rubber toe cap.",
    "brand": "Cobblemoor",
    "category": "Shoes > Sneakers",
    "price": {"amount": 97.9, "currency": "EUR"},
    "group": "S0141",
    "attributes": {"color": "emerald", "material": "recycled mesh", "gender": "men", "pattern": "plain"},
    "pictures": [{"position": 0, "url": "/v1/pictures/00313/0"}],
    "colours": [
        {"name": "green", "share": 0.582, "hex": "#1e8c65"},
        {"name": "white", "share": 0.193, "hex": "#d4d6d2"},
    ],
}
_LOOKED = "Often seen with Edda high-top sneakers in coral, which you looked at"
RECOMMENDED: Document = {
    **ANSWER,
    "results": [
        {
            "id": "00313",
            "score": 0.73875,
            "product": _SNEAKERS,
            **_UNKNOWN,
            "evidence": {
                "look": 0.83013,
                "behaviour": 1.0,
                "taste": 0.40595,
                "popular": 0.42725,
                "picture": 0,
            },
            "why": [
                {"kind": "behaviour", "text": _LOOKED, "value": "00038"},
                {"kind": "kind", "text": "Sneakers, like 11 of what you chose", "value": "Sneakers"},
            ],
            "sentence": f"{_LOOKED}.",
            "copies": [],
            "variants": ["00312"],
        }
    ],
    "explain": {
        **{name: ANSWER["explain"][name] for name in ("search", "metric", "where", "products")},
        "version": 6,
        "weights": {"behaviour": 3.0, "look": 1.0, "taste": 1.0, "popular": 0.15},
        "matching": 564,
        "left_out": {"filter": 0, "owned": 9, "disliked": 4, "seen": 63, "excluded": 0},
        "folded": 1,
        "folded_by": {"copies": 0, "variants": 1},
        "stages": [{"stage": "collapse", "in": 564, "out": 246}],
        "shopper": {
            "known": "history",
            "because": "By what this shopper did with 42 products, the newest most.",
            "sources": ["behaviour", "look", "taste", "popular"],
        },
        "unmet": [],
    },
    **_ABOUT,
    "attribution": _TOKEN,
}

_VASE: Document = {
    **LAMP,
    "id": "00457",
    "title": "Vera bulb vase in emerald",
    "description": "A bulb vase in porcelain, for a calm corner. With dried stems.",
    "brand": "Nettlefold Lane",
    "category": "Home > Decoration > Vases",
    "price": {"amount": 27.9, "currency": "EUR"},
    "group": "S0208",
    "attributes": {"color": "emerald", "material": "porcelain", "pattern": "plain"},
    "pictures": [{"position": 0, "url": "/v1/pictures/00457/0"}],
    "colours": [{"name": "green", "share": 0.644, "hex": "#209269"}],
}
GOES_WITH: Document = {
    **RECOMMENDED,
    "results": [
        {
            "id": "00457",
            "score": 1.0,
            "product": _VASE,
            **_UNKNOWN,
            "evidence": {"fit": 1.0, "links": 1.0, "style": 0.51107},
            "why": [{"kind": "links", "text": "Chosen by the shop to go with it", "value": "crosssell"}],
            "sentence": "Chosen by the shop to go with it.",
            "copies": [],
            "variants": [],
        }
    ],
    "explain": {
        **{name: told for name, told in RECOMMENDED["explain"].items() if name != "shopper"},
        "weights": {"fit": 1.0},
        "matching": 201,
        "left_out": {"filter": 0, "own kind": 29, "per kind": 410, "itself": 0, "excluded": 0},
        "folded": 3,
        "folded_by": {"copies": 0, "variants": 3},
        "goes_with": {
            "kind": {"name": "Home > Textiles > Cushions", "from": "label", "share": 1.0},
            "sources": {"links": 3, "bought": 0, "viewed": 2, "style": 611},
        },
    },
}

_CHAIR: Document = {
    **LAMP,
    "id": "00634",
    "title": "Elio spindle-back chair in white",
    "description": "A spindle-back chair in linen blend, for every day. With wooden legs.",
    "brand": "Fernhollow",
    "category": "Home > Furniture > Chairs",
    "price": {"amount": 81.9, "currency": "EUR"},
    "group": "S0288",
    "attributes": {"color": "white", "material": "linen blend", "pattern": "plain"},
    "pictures": [{"position": 0, "url": "/v1/pictures/00634/0"}],
    "colours": [{"name": "beige", "share": 0.314, "hex": "#bda98e"}],
}
_PLAIN = [{"kind": "pattern", "text": "plain", "value": "plain"}]


def _in_style(product: Document, fit: float, style: float) -> Document:
    return {
        "id": product["id"],
        "score": fit,
        "product": product,
        **_UNKNOWN,
        "evidence": {"fit": fit, "style": style},
        "why": _PLAIN,
        "sentence": "In its style: plain.",
        "copies": [],
        "variants": [],
        "fit": fit,
    }


_ORANGE = {
    **_CHAIR,
    "id": "00018",
    "title": "Lena shell chair in orange",
    "brand": "Juniper Row",
    "price": {"amount": 70.9, "currency": "EUR"},
}
OUTFIT: Document = {
    "product": {
        **{name: told for name, told in _in_style(LAMP, 0.0, 0.0).items() if name != "fit"},
        "evidence": {"fit": 0.0},
        "why": [],
        "sentence": "",
    },
    "pieces": [
        {
            **_in_style(_CHAIR, 0.42463, 0.84927),
            "kind": "Chairs",
            "swaps": [{**_in_style(_ORANGE, 0.40228, 0.80455), "saves": {"amount": 11.0, "currency": "EUR"}}],
        }
    ],
    "total": {"amount": 168.8, "currency": "EUR"},
    "budget": {"amount": 210.0, "currency": "EUR"},
    "left": {"amount": 41.2, "currency": "EUR"},
    "fit": 0.42463,
    "complete": True,
    "unmet": [],
    "least": None,
    "leave_out": [],
    "explain": {
        "kinds": ["Chairs"],
        "among": {"Chairs": 24},
        "currency": "EUR",
        "where": "",
        "version": 6,
        "goes_with": {
            "kind": {"name": "Home > Lighting > Table lamps", "from": "label", "share": 1.0},
            "sources": {"links": 0, "bought": 1, "viewed": 3, "style": 614},
        },
        "left_out": {"filter": 0, "own kind": 26, "itself": 0, "excluded": 0, "sold out": 60},
    },
    **_ABOUT,
    "attribution": _TOKEN,
}
OUTFIT_REQUEST: Document = {"id": "00001", "kinds": ["Chairs"], "budget": "210 EUR"}

_DECLARED: Document = {
    "gender": "women",
    "sizes": ["M"],
    "brands": {"like": ["Alderwick"], "avoid": []},
    "colours": {"like": [], "avoid": ["orange"]},
    "kinds": {"like": [], "avoid": []},
    "budget": {"max": 90.0, "currency": "EUR"},
}
PROFILE: Document = {"declared": _DECLARED, "forgotten": ["00462"]}
SHOPPER: Document = {
    "user": "u-1017",
    "known": "history",
    "learned": {
        "kinds": [{"name": "Sneakers", "weight": 1.94, "from": 11}],
        "brands": [{"name": "Alderwick", "weight": 1.175, "from": 3}],
        "colours": [{"name": "grey", "weight": 1.171, "from": 5}],
        "attributes": {"material": [{"name": "canvas", "weight": 1.797, "from": 4}]},
        "price": {"low": 40.9, "high": 119.0, "currency": "EUR"},
        "items": [{"id": "00358", "kind": "liked", "time": 1794927409000}],
    },
    **PROFILE,
    **_REQUEST,
}
ERASED: Document = {"user": "u-1017", "events": 96, "profile": True, **_REQUEST}

TOML = """[[rule]]
name = "Winter lamps first"
action = "boost"
where = "category=Lighting"
by = 0.2
from = 2026-11-01
until = 2027-01-31
"""
RULES: Document = {
    "toml": TOML,
    "rules": [
        {
            "name": "Winter lamps first",
            "line": 1,
            "action": "boost",
            "shelves": ["similar", "search", "recommend", "goes-with", "outfit"],
            "active": True,
            "from": "2026-11-01",
            "until": "2027-01-31",
            "for": None,
            "words": None,
            "products": 26,
            "unknown": [],
        }
    ],
    **_REQUEST,
}
NO_RULES: Document = {"toml": None, "rules": [], **_REQUEST}
REPORT: Document = {
    "since": "2026-10-23T06:59:03.625000+00:00",
    "until": None,
    "events": 2,
    "shelves": [
        {
            "shelf": "goes-with",
            "answers": 1,
            "shown": 1,
            "clicked": 1,
            "bought": 1,
            "click_rate": {"value": 1.0, "low": 0.20655, "high": 1.0},
            "buy_rate": {"value": 1.0, "low": 0.20655, "high": 1.0},
        }
    ],
    "unknown": 0,
    **_REQUEST,
}

"""Examples of requests and answers for the OpenAPI document: the demo shop's, with long lists cut short."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

Document = dict[str, Any]

_ABOUT = {"version": 3, "request_id": "9f86d081884c7d65"}
_TOKEN = "AQAAAAADAAABof_MdSdPNyV0biZ4NTAwMDAx_y7zpA"

LAMP: Document = {
    "id": "00001",
    "title": "Vera cone-shade table lamp in teal",
    "description": "A cone-shade table lamp in cotton, for every day. With a slim metal foot.",
    "brand": "Greymoss",
    "category": "Home > Lighting > Table lamps",
    "price": {"amount": 86.9, "currency": "EUR"},
    "availability": "in stock",
    "group": "S0001",
    "link": "",
    "attributes": {"color": "teal", "material": "cotton", "pattern": "plain"},
    "pictures": [{"position": 0, "url": "/v1/pictures/00001/0"}],
    "colours": [
        {"name": "turquoise", "share": 0.868, "hex": "#429595"},
        {"name": "grey", "share": 0.132, "hex": "#c5c8c7"},
    ],
}
_GREY: Document = {
    **LAMP,
    "id": "00518",
    "title": "Greta cone-shade table lamp in grey",
    "description": "A cone-shade table lamp in silk blend, that brightens a room. With a slim metal foot.",
    "brand": "Cobblemoor",
    "price": {"amount": 49.9, "currency": "EUR"},
    "availability": "out of stock",
    "group": "S0235",
    "attributes": {"color": "grey", "material": "silk blend", "pattern": "plain"},
    "pictures": [{"position": 0, "url": "/v1/pictures/00518/0"}],
    "colours": [
        {"name": "grey", "share": 0.896, "hex": "#a5a6aa"},
        {"name": "black", "share": 0.104, "hex": "#434246"},
    ],
}
_EXPLAIN: Document = {
    "search": "exact",
    "metric": "cosine",
    "weights": {"look": 1.0},
    "where": "",
    "version": 3,
    "products": 640,
    "matching": 637,
    "left_out": {"filter": 0, "itself": 1, "variants": 2, "copies": 0, "excluded": 0},
    "folded": 2,
    "folded_by": {"copies": 0, "variants": 2},
    "stages": [{"stage": "collapse", "in": 637, "out": 275}],
    "recipe": "look",
    "unmet": [],
    "closeness": {"neighbours": 640, "nothing_close_below": 0.61469},
}
_SEARCHED = {name: value for name, value in _EXPLAIN.items() if name not in ("recipe", "closeness")}
ANSWER: Document = {
    "results": [
        {
            "id": "00518",
            "score": 0.92754,
            "product": _GREY,
            "similarity": 0.92754,
            "closeness": 0.87344,
            "same_product": None,
            "evidence": {"look": 0.92754, "colour": 0.67283, "picture": 0},
            "why": [
                {"kind": "kind", "text": "same kind: Table lamps", "value": "Table lamps"},
                {"kind": "price", "text": "37.00 EUR less", "value": -37.0},
            ],
            "sentence": "Alike: closer than 87 of 100 best matches within this shop. Also of the same kind, "
            "37.00 EUR less.",
            "copies": [],
            "variants": ["00517", "00519"],
        }
    ],
    "complete": False,
    "nothing_close": False,
    "instead": [],
    "explain": _EXPLAIN,
    **_ABOUT,
    "attribution": _TOKEN,
}
SEARCH: Document = {
    **ANSWER,
    "results": [
        {
            "id": "00001",
            "score": 0.93341,
            "product": LAMP,
            "similarity": 0.55499,
            "closeness": None,
            "same_product": None,
            "evidence": {"words": 0.93341, "text": 0.96782, "shown": 0.83017},
            "why": [],
            "sentence": "Its title says teal and lamp; its picture looks like it.",
            "copies": [],
            "variants": ["00002", "00003"],
        }
    ],
    "explain": {
        **_SEARCHED,
        "weights": {"words": 1.0},
        "matching": 121,
        "left_out": {"filter": 0, "excluded": 0},
        "folded": 3,
        "folded_by": {"copies": 0, "variants": 3},
        "stages": [{"stage": "collapse", "in": 121, "out": 83}],
        "words": {"unknown": [], "read_as": [], "colours": ["turquoise"]},
    },
}
PHOTO: Document = {
    **ANSWER,
    "results": [
        {
            **ANSWER["results"][0],
            "score": 0.99349,
            "similarity": 0.99349,
            "closeness": 1.0,
            "same_product": 0.95455,
            "evidence": {"look": 0.99349, "colour": 0.99956, "picture": 0},
            "why": [{"kind": "colour", "text": "also grey", "value": "grey"}],
            "sentence": "Probably the one in your photo: 95 of 100 matches like this are. Very like your "
            "photo: closer than 99 of 100 best matches within this shop. Also grey.",
        }
    ],
    "explain": {
        **_SEARCHED,
        "closeness": _EXPLAIN["closeness"],
        "matching": 640,
        "left_out": {"filter": 0, "excluded": 0},
        "stages": [{"stage": "collapse", "in": 640, "out": 276}],
    },
}
_PRICES = [340, 189, 69, 13, 3, 2, 0, 3, 2, 1, 1, 2, 4, 4, 3, 2, 0, 0, 0, 2]
PAGE: Document = {
    "products": [LAMP],
    "total": 640,
    "offset": 0,
    "limit": 1,
    "next": "/v1/products?facets=true&limit=1&offset=1",
    "facets": {
        "total": 640,
        "category": [{"value": "Clothing", "path": "Clothing", "depth": 0, "count": 215}],
        "brand": [{"value": "Brindle & Fen", "count": 58}],
        "colour": [{"value": "blue", "hex": "#3070c8", "count": 108}],
        "availability": [{"value": "in stock", "count": 562}],
        "price": [{"currency": "EUR", "min": 6.9, "max": 1089.0, "histogram": _PRICES}],
        "attributes": [{"name": "pattern", "values": [{"value": "plain", "count": 333}]}],
    },
    **_ABOUT,
}
PRODUCT_ANSWER: Document = {"product": LAMP, "variants": [{**LAMP, "id": "00002"}], **_ABOUT}
BATCH_REQUEST: Document = {
    "requests": [
        {"id": "00001", "k": 1},
        {"id": "00042", "but": "colour=blue price<=50", "like": {"00043": 0.5}},
    ]
}
PHOTO_FORM: Document = {"image": "(the file)", "text": "in red", "crop": "0.1,0.2,0.5,0.6", "k": 12}
SESSION: Document = {"read": True, "write": True, "keys": True, "request_id": "9f86d081884c7d65"}
MAY: Document = {**SESSION, "imagine": False}
NO_SESSION: Document = {**SESSION, "write": False}
KEY: Document = {"key": "the-key-of-this-service"}
LIVE: Document = {"status": "live", "request_id": "9f86d081884c7d65"}
READY: Document = {
    "status": "ready",
    "version": 3,
    "products": 640,
    "pictures": 865,
    "encoder": "product",
    "freshness": {"served_version": 3, "newest_version": 3, "seconds_since_write": 86.4},
    "search": {"kind": "exact", "version": 3, "recall": 1.0, "asked": 0, "by_graph": 0},
    "request_id": "9f86d081884c7d65",
}
LOADING: Document = {"status": "loading", "request_id": "9f86d081884c7d65"}
METRICS = 'lookalike_requests_total{method="GET",route="/v1/similar/{id}",status="200"} 640.0'

_PROBLEMS: dict[int, tuple[str, str, str]] = {
    400: ("bad-filter", "There is no field 'colr'.", "Did you mean colour?"),
    401: ("no-key", "Reading needs a key.", "Send the header Authorization: Bearer KEY."),
    403: ("not-allowed", "This key may only read.", "Send a write key."),
    404: ("unknown-product", "No product has the id '0042'.", "Near it: 00042."),
    408: (
        "slow-body",
        "The body was not there within 30 seconds, 4,096 bytes of it were.",
        "Send it faster, or in smaller parts.",
    ),
    409: ("index-locked", "Another process is writing to the index.", "Wait until it is done."),
    413: ("too-large", "The picture is larger than 33,554,432 bytes.", "Send a smaller picture."),
    415: ("wrong-type", "The body comes as text/plain.", "Send application/json."),
    429: ("busy", "Too many photos are being searched.", "Ask again in a second."),
    503: ("not-ready", "The index is being loaded.", "Ask again in a second."),
    507: ("storage", "The disk is full: jobs could not be written.", "Free some space, then send it again."),
}


def problem(status: int) -> Document:
    """A problem with this status."""
    code, detail, next_step = _PROBLEMS[status]
    return {
        "type": f"about:blank#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "next_step": next_step,
        "request_id": "9f86d081884c7d65",
    }


BATCH: Document = {"answers": [ANSWER, {"error": problem(404)}], **_ABOUT}

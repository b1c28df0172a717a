"""Prices and stock as shops write them: "1.299,00 €", "15.00 USD", "in_stock", "https://schema.org/InStock"."""

from __future__ import annotations

import functools
import math
import re
from decimal import Decimal
from typing import Any

from lookalike.products import Price

CODES = frozenset(
    (  # noqa: SIM905
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
        "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
        "GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT "
        "LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR "
        "NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
        "STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF "
        "XPF YER ZAR ZMW ZWL"
    ).split()
)
"""Currency codes of ISO 4217 that a price may name."""

SYMBOLS = {
    "US$": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD", "HK$": "HKD",
    "R$": "BRL", "$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY",
    "₴": "UAH", "₫": "VND", "₪": "ILS", "₱": "PHP", "฿": "THB", "円": "JPY", "zł": "PLN", "kč": "CZK",
    "ft": "HUF",
}  # fmt: skip
"""Signs that stand for one currency. "$" alone is read as USD; "¥" and "kr" mean several and name none."""

_VAGUE = ("kr.", "kr", "rs.", "rs", "¥", "￥")
_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_AMOUNT = re.compile(r"[0-9](?:[0-9.,'’\s]*[0-9])?")
_LIMIT = 10**12


def price(cell: Any, currency: str = "") -> Price | None:
    """A price from a number or a text, or None for what is no price: negative, a range, words.

    ``currency`` is used where the cell names none. Of "." and "," the later one is the decimal sign; a
    single comma before exactly three digits groups thousands, and so does a single point when the currency
    is the euro; otherwise a single point is a decimal sign.
    """
    if isinstance(cell, str):
        return _written(cell, code(currency))
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return None
    if not -_LIMIT < cell < _LIMIT:
        return None
    exact = Decimal(str(round(cell, 4))) if isinstance(cell, float) else Decimal(cell)
    return _priced(exact, code(currency))


@functools.lru_cache(4096)
def _written(cell: str, currency: str) -> Price | None:
    number = _AMOUNT.search(cell)
    if number is None or len(cell) > 64:
        return None
    after = re.sub(r"^[,.]\s*[-–—]+", "", cell[number.end() :])
    around = f"{cell[: number.start()].strip()} {after.strip()}".strip()
    named = _currency_around(around)
    if named is None:
        return None
    named = named or currency
    amount = _decimal(number[0], named)
    return None if amount is None else _priced(amount, named)


def code(cell: str) -> str:
    """The ISO 4217 code that a text names, in capitals; "" for none."""
    word = cell.strip()
    if word.upper() in CODES:
        return word.upper()
    return SYMBOLS.get(word, SYMBOLS.get(word.lower(), SYMBOLS.get(word.upper(), "")))


def _priced(amount: Decimal, currency: str) -> Price | None:
    return Price(amount, currency) if 0 <= amount < _LIMIT else None


def _currency_around(words: str) -> str | None:
    """The currency that the text beside a number names, "" for none, None when it says something else."""
    if not words or words.lower() in _VAGUE:
        return ""
    found = (
        {code(part) for part in words.split()}
        if not code(words.replace(" ", ""))
        else {code(words.replace(" ", ""))}
    )
    return found.pop() if len(found) == 1 and "" not in found else None


def _decimal(digits: str, currency: str) -> Decimal | None:
    digits = re.sub(r"['’\s]+", " ", digits)
    whole, sign, fraction = digits, "", ""
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        sign = digits[last]
        tail, head = digits[last + 1 :], digits[:last]
        if head.count(sign) == 0 and not _groups_thousands(head, sign, tail, currency):
            whole, fraction = head, tail
    groups = re.split(r"[., ]", whole)
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])):
        return None
    if len(set(re.findall(r"[.,]", whole))) > 1 or " " in fraction:
        return None
    return Decimal("".join(groups) + ("." + fraction if fraction else ""))


def _groups_thousands(head: str, sign: str, tail: str, currency: str) -> bool:
    if len(tail) != 3 or not head.isdigit() or len(head) > 3 or head == "0" or currency in _THREE_DECIMALS:
        return False
    return sign == "," or currency == "EUR"


_STOCK = {
    "instock": "in stock", "available": "in stock", "true": "in stock", "yes": "in stock", "y": "in stock",
    "instoreonly": "in stock", "onlineonly": "in stock", "limitedavailability": "in stock",
    "outofstock": "out of stock", "unavailable": "out of stock", "notavailable": "out of stock",
    "soldout": "out of stock", "false": "out of stock", "no": "out of stock", "n": "out of stock",
    "preorder": "preorder", "presale": "preorder", "backorder": "backorder", "onbackorder": "backorder",
}  # fmt: skip


@functools.lru_cache(1024)
def availability(word: str) -> str:
    """One of "in stock", "out of stock", "preorder", "backorder", or the word itself when it says more.

    A number is a count in stock.
    """
    short = re.sub(r"^https?://schema\.org/", "", word.strip(), flags=re.IGNORECASE).lower()
    known = _STOCK.get(re.sub(r"[^a-z]", "", short))
    if known is not None and not re.search(r"[0-9]", short):
        return known
    try:
        count = float(short)
    except ValueError:
        return word
    return word if math.isnan(count) else "in stock" if count > 0 else "out of stock"

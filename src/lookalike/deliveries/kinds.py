"""What senders call the things that can be done with a product."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lookalike.events import KINDS, Kind

_WORDS: Final[dict[Kind, str]] = {
    "shown": "shown show impression impressed exposure exposed expose listed view_item_list "
    "product_list_viewed product_list_filtered",
    "clicked": "clicked click selected select tap tapped select_item product_clicked",
    "viewed": "viewed view detail details detail_view detail_page_view view_item product_view product_viewed "
    "item_view pv read open opened browse visit",
    "liked": "liked like favourite favorite favourited favorited fav wishlist wished add_to_wishlist "
    "product_added_to_wishlist save saved star starred love loved heart upvote thumbs_up",
    "disliked": "disliked dislike hide hidden not_interested downvote thumbs_down",
    "carted": "carted cart add_to_cart added_to_cart basket add_to_basket add_to_bag product_added "
    "wishlist_product_added_to_cart conversion",
    "bought": "bought buy purchase purchased purchase_complete order ordered order_completed transaction "
    "sale sold paid",
    "returned": "returned return refund refunded order_refunded order_cancelled",
}
_PASSED: Final = (
    "remove_from_cart removed_from_cart product_removed remove_from_wishlist product_removed_from_wishlist "
    "unlike page_view pageview page screen session_start first_visit user_engagement scroll search "
    "view_search_results products_searched begin_checkout checkout checkout_started add_payment_info "
    "add_shipping_info view_cart cart_viewed view_promotion select_promotion login sign_up"
)


def folded(word: str) -> str:
    """A word without case, blanks, underscores and hyphens, for comparing."""
    return re.sub(r"[\s_\-]+", "", word.casefold())


PLAIN: Final[Mapping[str, Kind | None]] = {
    **{folded(word): None for word in _PASSED.split()},
    **{folded(word): kind for kind in KINDS for word in _WORDS[kind].split()},
}
"""Folded words of plain tables; None for what is known and is nothing done with a product that counts."""

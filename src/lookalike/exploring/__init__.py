"""The catalogue to look at: what is in it, how alike its products are, and a map of them."""

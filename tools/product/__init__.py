"""The recipe of the built-in encoder ``product``: pictures, views, network, losses, training, export."""

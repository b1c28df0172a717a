"""What a shopper likes: of what was done with which products, and of what the shopper says."""

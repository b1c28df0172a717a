"""From words to a picture: a small generator, learnt from a shop's own pictures."""

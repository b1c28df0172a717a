"""The recipe of the doctor's network that sees text laid over pictures: drawing, training, export."""

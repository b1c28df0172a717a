"""How a generator is learnt: flows in torch, from words to looks and from looks to pictures."""

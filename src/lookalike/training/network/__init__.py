"""Networks that are trained: the only files that import torch, which the extra `[train]` brings."""

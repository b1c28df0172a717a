"""The last stage: the best candidates, and what is done to their order before an answer is made of them.

Each is a pure function in a file of its own; `lookalike.recommend.stages.sequence` says which comes when.
"""

"""Metrics have one name in documents and a short one in tables and gates."""

from __future__ import annotations

import pytest

from lookalike.verdict.spelling import metric_of, short

PAIRS = {
    "precision_at_10": "P@10",
    "recall_at_1": "R@1",
    "hit_rate_at_5": "Hit@5",
    "ndcg_at_10": "NDCG@10",
    "mrr_at_10": "MRR@10",
    "map_at_10": "mAP@10",
    "map_at_r": "mAP@R",
}


@pytest.mark.parametrize(("metric", "written"), PAIRS.items())
def test_a_metric_is_shown_short_and_read_back(metric: str, written: str) -> None:
    assert short(metric) == written
    assert metric_of(written) == metric_of(written.lower()) == metric_of(f" {metric} ") == metric


def test_mrr_alone_is_cut_at_ten() -> None:
    assert metric_of("MRR") == "mrr_at_10"


@pytest.mark.parametrize("text", ["", "P", "P@", "P@0", "P@R", "F1@10", "precision", "precision_at_0", "@10"])
def test_what_is_no_metric_is_none(text: str) -> None:
    assert metric_of(text) is None


def test_another_name_is_shown_as_it_is() -> None:
    assert short("novelty") == "novelty"

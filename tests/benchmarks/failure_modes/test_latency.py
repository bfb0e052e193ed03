"""Tests: the latency of parallel clients is measured for the whole answer, and loading for each request is slower."""

from pathlib import Path

import pytest

from benchmarks.failure_modes.latency import CLIENTS, by_each_request, invented, loaded_once, measure
from components.recipes.failure_modes.candidates import LadderSettings, fit_candidate, save_model


@pytest.mark.slow
def test_a_model_that_is_loaded_once_answers_more_clients(tmp_path: Path) -> None:
    texts, labels = invented()
    save_model(fit_candidate("complement-naive-bayes", texts, labels, LadderSettings(folds=2), seed=1), tmp_path)
    ours = measure("once", loaded_once(tmp_path, texts, labels), texts, 5)
    plain = measure("each", by_each_request(tmp_path), texts, 2)
    assert 0 < ours.median_ms <= ours.p95_ms < plain.p95_ms
    assert CLIENTS == 16


def test_the_invented_comments_have_every_class_equally_often() -> None:
    texts, labels = invented()
    assert len(texts) == len(set(texts)) == len(labels) == 1200
    assert {labels.count(label) for label in set(labels)} == {200}

"""Tests: the latency of parallel clients is measured for the whole answer, and plainer ways are slower."""

from pathlib import Path

import pytest

from benchmarks.failure_modes.latency import CLIENTS, measure
from benchmarks.failure_modes.ways import in_process, invented


@pytest.mark.slow
def test_a_model_that_is_loaded_once_answers_more_clients(tmp_path: Path) -> None:
    texts, labels = invented()
    ways = in_process("complement-naive-bayes", texts, labels, [], tmp_path)
    ours, _, plain = (measure(way, answer, texts, 5) for way, answer in ways.items())
    assert 0 < ours.median_ms <= ours.p95_ms < plain.p95_ms
    assert CLIENTS == 16


def test_the_invented_comments_have_every_class_equally_often() -> None:
    texts, labels = invented()
    assert len(texts) == len(set(texts)) == len(labels) == 1200
    assert {labels.count(label) for label in set(labels)} == {200}

"""Tests: the invented comments are the same for a seed, and have many failure modes and the faults of real tables."""

from collections import Counter
from pathlib import Path

from components.recipes.failure_modes.starter.write import PLANTED, invented, write_invented
from tests.components.recipes.failure_modes.settings import config_of, ingest


def test_the_same_seed_gives_the_same_comments_and_another_seed_others(tmp_path: Path) -> None:
    assert invented(1) == invented(1)
    assert invented(1) != invented(2)
    path = write_invented(1, tmp_path)
    before = path.stat().st_mtime_ns
    assert write_invented(1, tmp_path) == path
    assert path.stat().st_mtime_ns == before


def test_there_are_several_hundred_of_more_than_ten_failure_modes_and_each_planted_fault_is_found(
    tmp_path: Path,
) -> None:
    found = ingest(config_of(data={"rare": {"fewer_than": 4}}), tmp_path)
    labels = Counter(comment["label"] for part in found.splits.values() for comment in part)
    assert found.ingestion.kept > 600
    assert len(labels) > 10
    assert min(labels.values()) >= 4
    assert {"no-text", "no-words", "too-long", "other-script", "no-label"} <= found.ingestion.quarantined.keys()
    assert {"masked", "mojibake", "white-space", "other-spelling-of-label"} <= found.ingestion.repaired.keys()
    assert found.ingestion.notes["comments-with-contradicting-labels"] >= 1
    texts = [comment["text"] for part in found.splits.values() for comment in part]
    assert not any(word in text for text in texts for word in ("John Smith", "0412", "ABC-123", "dave@"))
    assert len(PLANTED) > 10

"""Tests: the table of drawn series is written once for each seed."""

from pathlib import Path

from components.recipes.demand.starter.write import write_drawn


def test_the_same_seed_gives_the_same_file_and_another_one_another(tmp_path: Path) -> None:
    first = write_drawn(1, tmp_path)
    content, written = first.read_bytes(), first.stat().st_mtime_ns
    assert write_drawn(1, tmp_path) == first
    assert first.stat().st_mtime_ns == written
    first.unlink()
    assert write_drawn(1, tmp_path).read_bytes() == content
    assert write_drawn(2, tmp_path).read_bytes() != content

"""Tests: the promotion policy holds back what a broken camera teaches."""

from dataclasses import replace

from benchmarks.replay.pictures import measure
from benchmarks.replay.plan import Kind
from benchmarks.replay.rows import make_rows
from benchmarks.replay.scores import Exam, candidate_of, compared, decided
from benchmarks.replay.simulate import starter_config
from benchmarks.replay.versions import split_of, trained_on
from components.recipes.product_images.starter.vision import load_vision
from tests.benchmarks.replay.conftest import SHORT

SHARES = {"train": 50, "validation": 50}


def test_a_version_that_learnt_grey_backgrounds_is_held() -> None:
    config, sound = starter_config(), make_rows(replace(SHORT, events=()))[:160]
    grey = [replace(row, number=row.number + 160, spoilt=Kind.GREY) for row in sound]
    rows = [*sound, *grey]
    facts = measure(rows, load_vision(), config.data.caption)
    mixed = [*sound[:80], *grey[80:]]
    exam = Exam(1, [row for row in mixed if split_of(row, SHARES) == "validation"], rows, facts, 1)
    old, new = (candidate_of(trained_on(n, 1, part, SHARES), exam) for n, part in ((1, sound), (2, mixed)))
    found = decided(new[0], old[0], compared(new, old, exam), config.promote)
    assert (found.verdict, found.rule) == ("HOLD", "target:white_background")

"""Tests: what stands in for a trained model."""

from benchmarks.replay.rows import Row, make_rows
from benchmarks.replay.versions import generate, trained_on
from tests.benchmarks.replay.conftest import SHORT

ALL = {"train": 1}


def row(number: int, colour: str, shape: str = "Boots") -> Row:
    return Row(number, 1, 9, colour, "Men", "Fall", "Alder", shape, look=number)


def followed(known: int) -> float:
    """Return how often prompts in green get a green picture, from so many green ones among 300."""
    rows = [row(number, "Green" if number < known else "Red") for number in range(300)]
    prompts = [row(1000 + number, "Green") for number in range(200)]
    return sum(number < known for number in generate(trained_on(1, 1, rows, ALL), prompts, seed=1)) / 200


def test_a_colour_is_followed_the_more_often_the_more_of_it_was_learnt() -> None:
    assert followed(1) < 0.2 < followed(20) < 0.8 < followed(200)


def test_a_version_answers_with_its_training_rows_alone() -> None:
    rows = make_rows(SHORT)
    version = trained_on(1, 1, rows[:200], {"train": 70, "validation": 30})
    known = {row.number for row in version.training}
    assert known < version.snapshot
    assert set(generate(version, rows[200:], seed=3)) <= known


def test_a_shape_that_was_never_learnt_is_answered_with_another() -> None:
    version = trained_on(1, 1, [row(number, "Green", "Sandals") for number in range(9)], ALL)
    assert generate(version, [row(99, "Green", "Boots")], seed=1)[0] < 9

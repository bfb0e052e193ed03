"""Tests: the table of ratings: the real pictures come first, and only present pictures count."""

import json
from pathlib import Path

import pytest

from components.core.files import file_digest
from components.core.records import Rating
from components.recipes.product_images.rated import RATED
from deployments.rating.exhibition import read_index
from deployments.rating.results import results, show
from registry.ratings import append_ratings
from tests.deployments.rating.conftest import MODEL, SNAPSHOT, STEPS, paint

QUESTIONS = RATED.questions
SCORES = {"real": 5, "base": 1, "c0ffee123456": 2, "deadbeef9876": 3}


def picture(reports: Path, digest: str, number: int) -> str:
    return file_digest(reports / MODEL / "pictures" / digest / f"{number:03d}.png")


def rate_all(reports: Path, snapshot: str = SNAPSHOT, raters: tuple[str, ...] = ("ada", "bob")) -> None:
    append_ratings(
        [
            Rating(MODEL, snapshot, digest, picture(reports, digest, number), rater, question, score - number % 2)
            for digest, score in reversed(SCORES.items())
            for number in range(0, 4)
            for rater in raters
            for question in QUESTIONS
            if score > 1 or number % 2 == 0
        ]
    )


def test_every_subject_has_its_row_and_the_real_pictures_come_first(reports: Path) -> None:
    rate_all(reports)
    found = results(reports, RATED, read_index(reports, MODEL, RATED))
    assert [row["digest"] for row in found["rows"]] == list(SCORES) * 3
    assert [row["question"] for row in found["rows"][::4]] == list(QUESTIONS)
    assert {row["digest"]: row["step"] for row in found["rows"]} == STEPS
    assert [(row["mean"], row["n"]) for row in found["rows"][:4]] == [(4.5, 8), (1.0, 4), (1.5, 8), (2.5, 8)]
    assert found["agreement"] == dict.fromkeys(QUESTIONS, 1.0)
    assert found["raters"] == ["ada", "bob"]


def test_answers_on_another_snapshot_are_left_out(reports: Path) -> None:
    rate_all(reports, snapshot="s0")
    assert results(reports, RATED, read_index(reports, MODEL, RATED))["rows"] == []


def test_answers_about_pictures_that_were_replaced_are_left_out(reports: Path) -> None:
    rate_all(reports)
    paint(reports / MODEL / "pictures" / "real" / "001.png", 40, (9, 9, 9))
    first = results(reports, RATED, read_index(reports, MODEL, RATED))["rows"][0]
    assert (first["digest"], first["n"], first["mean"]) == ("real", 6, pytest.approx(14 / 3))


def test_the_json_is_one_object(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rate_all(reports, raters=("ada",))
    show(MODEL, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["model"], found["snapshot"], len(found["rows"])) == (MODEL, SNAPSHOT, 12)
    assert found["rows"][0]["agreement"] is None


def test_the_table_names_the_floor_and_fits_80_columns(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rate_all(reports)
    show(MODEL, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert any("real (floor)" in line and "4.50" in line for line in lines)
    assert any("step 31007" in line for line in lines)
    assert max(len(line) for line in lines if "raters;" not in line) <= 80


def test_without_ratings_the_message_says_how_to_serve_the_page(
    reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show(MODEL, as_json=False)
    assert (
        "These pictures have no ratings yet: `python -m flows rate starter` serves the page." in capsys.readouterr().out
    )


def test_with_one_rater_the_message_says_what_the_intervals_leave_out(
    reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rate_all(reports, raters=("ada",))
    show(MODEL, as_json=False)
    assert "One rater so far" in capsys.readouterr().out

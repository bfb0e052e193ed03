"""Tests: the base model and checkpoints are scored and compared on the same products and seeds, with a report."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from components.core.errors import CheckpointError, DataError
from components.recipes.product_descriptions.evaluate.evaluate import evaluate
from components.recipes.product_descriptions.scores import SCORES
from tests.components.recipes.product_descriptions.evaluate.conftest import Evaluated, Log, N, write_checkpoint


def test_the_base_model_and_each_checkpoint_have_every_score(evaluated: Evaluated) -> None:
    cards = evaluated.evaluation.scorecards
    assert [card.subject for card in cards] == ["base", "step-2", "step-4"]
    assert all(card.scores.keys() == SCORES.keys() for card in cards)
    assert {card.scores["bits_per_byte"].n for card in cards} == {N}
    assert evaluated.log.values.keys() == {0, 2, 4}


def test_subjects_are_compared_in_pairs_but_not_in_what_is_neither_good_nor_bad(evaluated: Evaluated) -> None:
    metrics = {comparison.metric for comparison in evaluated.evaluation.comparisons}
    assert {"faithfulness", "bits_per_byte", "perplexity", "bleu"} <= metrics
    assert not metrics & {"length", "reading_level"}


def test_the_report_shows_the_texts_of_each_subject_and_real_ones(evaluated: Evaluated) -> None:
    found = json.loads((evaluated.workplace.report / "report.json").read_text(encoding="utf-8"))
    data = {name: panel["data"] for name, panel in found["panels"].items()}
    rows = data["texts"]["products"][0]["rows"]
    assert [row["title"] for row in rows] == ["base model", "step 2", "step 4", "real"]
    assert {row["name"] for row in data["checker"]["rows"]} == {"brand", "articleType", "baseColour", "gender"}
    assert {row["words"] for row in data["bias"]["rows"]} == {"price words", "quality words"}
    page = (evaluated.workplace.report / "report.html").read_text(encoding="utf-8")
    assert "The same product for another gender" in page
    assert "The plan&#39;s target of a BLEU above 0.3 is for translations" in page


def test_a_second_evaluation_generates_nothing_and_says_the_same(evaluated: Evaluated, tmp_path: Path) -> None:
    log, workplace = Log(), replace(evaluated.workplace, report=tmp_path)
    again = evaluate(evaluated.config, evaluated.snapshot, "validation", evaluated.checkpoints, workplace, log)
    assert repr(again) == repr(evaluated.evaluation)  # a comparison that cannot be made is NaN
    assert all(done == total for what, done, total in log.done if what.startswith("texts of"))


def test_an_adapter_without_effect_is_refused(evaluated: Evaluated, tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path / "none", Path(evaluated.config.base.model), step=6, size=0.0)
    with pytest.raises(CheckpointError, match="predicts texts exactly as the base model does, expected a change"):
        evaluate(evaluated.config, evaluated.snapshot, "validation", [checkpoint], evaluated.workplace, Log())


def test_an_adapter_of_another_base_is_refused(evaluated: Evaluated) -> None:
    other = replace(evaluated.checkpoints[0], base_digest="0" * 12)
    with pytest.raises(CheckpointError, match="on which the version was trained"):
        evaluate(evaluated.config, evaluated.snapshot, "validation", [other], evaluated.workplace, Log())


def test_an_empty_split_is_one_sentence(evaluated: Evaluated) -> None:
    empty = replace(evaluated.snapshot, splits={**evaluated.snapshot.splits, "test": []})
    with pytest.raises(DataError, match="The test split of snapshot abcdef123456 is empty"):
        evaluate(evaluated.config, empty, "test", evaluated.checkpoints, evaluated.workplace, Log())

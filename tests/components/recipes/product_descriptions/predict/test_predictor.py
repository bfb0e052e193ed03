"""Tests of a loaded version."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from components.core.errors import CheckpointError, UsageError
from components.core.predictor import ChecksOutputs, PredictsTogether
from components.core.records import Checkpoint
from components.recipes.product_descriptions.predict.predictor import DescriptionPredictor, load
from components.recipes.product_descriptions.predict.requests import DescriptionRequest
from tests.components.recipes.product_descriptions.toy_descriptions import PRODUCT, ToyLog, toy_config
from tests.components.training.language.toy_language_model import write_toy_model


@pytest.fixture
def version(toy_base: Path, trained: Checkpoint) -> DescriptionPredictor:
    return load(toy_config(toy_base), trained, ToyLog())


def ask(count: int = 1, seed: int = 0, **attributes: str) -> DescriptionRequest:
    return DescriptionRequest(attributes=attributes or PRODUCT, count=count, seed=seed)


def test_text_number_i_depends_on_the_attributes_and_on_seed_plus_i_alone(version: DescriptionPredictor) -> None:
    many = version.predict(ask(count=5, seed=3))

    assert many.seeds == (3, 4, 5, 6, 7)
    assert [version.predict(ask(seed=seed)).texts[0] for seed in many.seeds] == list(many.texts)


def test_requests_that_are_answered_together_are_answered_as_alone(version: DescriptionPredictor) -> None:
    requests = [ask(2, 1), ask(3, 9, articleType="Heels"), ask(1, 1, brand="Vale", baseColour="Blue")]

    assert isinstance(version, PredictsTogether)
    assert version.predict_together(requests) == [version.predict(request) for request in requests]


def test_a_request_may_ask_for_json_among_others_that_do_not(version: DescriptionPredictor) -> None:
    schema = {"type": "object", "properties": {"fit": {"enum": ["slim", "wide"]}}, "required": ["fit"]}
    asked = DescriptionRequest(attributes=PRODUCT, seed=1, json_schema={**schema, "additionalProperties": False})
    version = replace(version, writer=version.writer.with_settings(longest=40))

    free, form, free_too = version.predict_together([ask(2, 1), asked, ask(1, 9)])

    assert json.loads(form.texts[0])["fit"] in {"slim", "wide"}
    assert (free, free_too) == (version.predict(ask(2, 1)), version.predict(ask(1, 9)))


def test_the_base_model_answers_too_and_otherwise(version: DescriptionPredictor, toy_base: Path) -> None:
    base = load(toy_config(toy_base), None, ToyLog())

    before = version.predict(ask(count=4))
    assert base.predict(ask(count=4)).texts != before.texts
    assert version.predict(ask(count=4)) == before


def test_texts_are_checked_against_the_attributes_of_the_product(version: DescriptionPredictor) -> None:
    assert isinstance(version, ChecksOutputs)
    good = "These red casual shoes by Alder are made for men, of soft canvas, with laces."
    bad = "These blue casual shoes by Alder are made for men, of soft canvas, with laces."
    response = version.response(texts=(good, bad, "Red."), seeds=(0, 1, 2), attributes=PRODUCT)

    checks = version.check(ask(), response, PRODUCT)

    assert all(check.passed for check in checks[0])
    failed = {check.name: check.sentence for check in checks[1] if not check.passed}
    assert set(failed) == {"baseColour"}
    assert failed["baseColour"].startswith("baseColour is Red, and the text says blue")
    assert "length" in {check.name for check in checks[2] if not check.passed}


def test_attributes_that_no_prompt_names_are_one_sentence(version: DescriptionPredictor) -> None:
    with pytest.raises(UsageError, match="The product has usage, expected at least one of brand, articleType"):
        version.predict(ask(usage="Casual"))


def test_attributes_that_no_training_had_are_answered(version: DescriptionPredictor) -> None:
    assert version.predict(ask(articleType="Spaceships", baseColour="Octarine")).seeds == (0,)


def test_a_version_of_another_base_is_refused(trained: Checkpoint, toy_base: Path, tmp_path: Path) -> None:
    other = load(toy_config(toy_base), trained, ToyLog())
    write_toy_model(tmp_path / "base", seed=5)
    writing = other.writer.writing
    moved = writing.model_copy(update={"base": writing.base.model_copy(update={"model": str(tmp_path / "base")})})

    with pytest.raises(CheckpointError, match="on which the version was trained"):
        type(other.writer)(moved, trained).write([PRODUCT], [0])

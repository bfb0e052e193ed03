"""Tests: a loaded version answers one request, and saves its answer as JSON and CSV."""

import pytest

from components.core.errors import UsageError
from components.core.predictor import PredictsTables, PredictsTogether
from components.recipes.failure_modes.predict.predictor import CommentRequest, load
from tests.components.recipes.failure_modes.conftest import Trained
from tests.components.recipes.failure_modes.settings import Log


def test_a_request_gets_the_likeliest_failure_modes(trained: Trained) -> None:
    predictor = load(trained.config, trained.checkpoints[1], Log())
    response = predictor.predict(CommentRequest(text="pump leaking oil", top=2))
    assert response.failure_mode == "Leak"
    assert list(response.top) == sorted(response.top, key=lambda name: -response.top[name])
    assert len(response.top) == 2
    files = response.files({"model": "small"})
    assert files["answer.csv"].decode().splitlines()[:2] == ["failure_mode,probability", f"Leak,{response.confidence}"]


def test_several_requests_get_the_answers_that_they_get_alone(trained: Trained) -> None:
    predictor = load(trained.config, trained.checkpoints[1], Log())
    texts = ("pump leaking oil", "weld cracked", "", "pump leaking oil")
    requests = [CommentRequest(text=text, words=number % 2) for number, text in enumerate(texts)]
    assert isinstance(predictor, PredictsTogether)
    assert list(predictor.predict_together(requests)) == [predictor.predict(request) for request in requests]


def test_a_table_gets_an_answer_for_each_row_also_for_one_that_is_empty(trained: Trained) -> None:
    predictor = load(trained.config, trained.checkpoints[1], Log())
    assert isinstance(predictor, PredictsTables)
    first, second = predictor.predict_table([{"text": "pump leaking oil", "asset": "P1"}, {"text": "", "asset": ""}])
    assert (first["failure_mode"], first["reason"]) == ("Leak", "")
    assert second["abstain"]
    assert second["reason"]
    assert list(predictor.predict_table([])) == []
    with pytest.raises(UsageError, match="The table has the columns comment, expected a column text with comments"):
        predictor.predict_table([{"comment": "pump leaking oil"}])


def test_there_is_no_base_model(trained: Trained) -> None:
    with pytest.raises(UsageError, match="small has no base model"):
        load(trained.config, None, Log())

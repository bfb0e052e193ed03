"""Tests: the predictor of a version, as flows and the service call it."""

import json

import pytest

from components.core.errors import UsageError
from components.core.predictor import PredictsTables, PredictsTogether, SavesItself
from components.recipes.demand.predict.predictor import load
from components.recipes.demand.predict.request import ForecastRequest
from tests.components.recipes.demand.settings import Log
from tests.components.recipes.demand.trained import checkpoint, trained


def test_a_predictor_answers_one_request_several_and_a_table() -> None:
    found = load(trained()[0], checkpoint("router"), Log())
    assert isinstance(found, PredictsTables)
    assert isinstance(found, PredictsTogether)
    request = ForecastRequest(id="P00")
    assert found.predict_together([request])[0] == found.predict(request)
    assert found.predict_table([{"id": "P00"}])[0]["forecast"] == list(found.predict(request).forecast)


def test_an_answer_saves_itself_as_json_and_csv() -> None:
    answer = load(trained()[0], checkpoint("best-single"), Log()).predict(ForecastRequest(id="P00"))
    assert isinstance(answer, SavesItself)
    files = answer.files({})
    assert json.loads(files["forecast.json"])["id"] == "P00"
    assert files["forecast.csv"].decode().splitlines()[0].startswith("date,forecast,q0.025,")


def test_the_id_is_the_only_field_that_a_request_needs() -> None:
    assert [name for name, field in ForecastRequest.model_fields.items() if field.is_required()] == ["id"]


def test_there_is_no_base_model() -> None:
    with pytest.raises(UsageError, match="has no base model"):
        load(trained()[0], None, Log())

"""Tests: a loaded version answers one request, and saves its answer as JSON and CSV."""

import pytest

from components.core.errors import UsageError
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


def test_there_is_no_base_model(trained: Trained) -> None:
    with pytest.raises(UsageError, match="small has no base model"):
        load(trained.config, None, Log())

"""Tests: an ingest that is asked for a model that is not there."""

import pytest

from components.core.errors import UnknownModelError
from flows.ingest import ingest


def test_an_unknown_model_names_the_known_ones(toy: str) -> None:
    with pytest.raises(UnknownModelError, match=f"No model is called 'cats'. Known models: {toy}"):
        ingest("cats")

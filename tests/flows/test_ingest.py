"""Tests: an ingest of an unknown model."""

import pytest

from components.core.errors import UnknownModelError
from flows.ingest import ingest


def test_the_error_for_an_unknown_model_names_the_known_ones(toy: str) -> None:
    with pytest.raises(UnknownModelError, match=f"No model is called 'cats'. Known models: {toy}"):
        ingest("cats")

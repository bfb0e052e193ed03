"""Tests: vectors have length 1, do not depend on the other texts of a batch, and are 0 without tokens."""

from pathlib import Path

import numpy as np
import pytest

from components.core.errors import BaseModelError
from components.recipes.failure_modes.candidates.encoders import installed_encoders, open_encoder
from tests.components.recipes.failure_modes.tiny_models import static_model, tiny_transformer


@pytest.mark.parametrize("make", [tiny_transformer, static_model])
def test_vectors_are_those_of_the_text_alone(make: type, tmp_path: Path) -> None:
    (files,) = installed_encoders([str(make(tmp_path / "model"))])
    encoder = open_encoder(files)
    texts = ["pump leaking", "a much longer comment on the gearbox", "hot"]
    together = encoder.vectors(texts)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.allclose(together, np.concatenate([encoder.vectors([text]) for text in texts]), atol=1e-5)
    assert np.isfinite(encoder.vectors(["", "pump"])).all()


def test_a_folder_without_weights_is_refused_with_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(BaseModelError, match="expected a folder with model"):
        installed_encoders([str(tmp_path)])

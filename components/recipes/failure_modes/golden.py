"""Failure modes: the golden sample of a version: probabilities that it must give again after every loading."""

import json
from typing import Any

from components.core.errors import CheckpointError
from components.core.golden import GoldenSample
from components.core.records import Checkpoint
from components.recipes.failure_modes.config import FailureModesConfig
from components.recipes.failure_modes.predict.classifier import open_classifier
from components.recipes.failure_modes.predict.pyfunc import TEXT

FILE = "golden.json"
TOLERANCE = 1e-6  # of a probability: sums are rounded differently on other processors
COMMENTS = (
    "oil leaking from hydraulic hose",
    "REPLACE WORN BELT",
    "motor will not start, no power",
    "loud noise and vibration at gearbox",
    "brkn bolt missing",
    "sensor error, high temp alarm",
)


def make_golden(config: FailureModesConfig, checkpoint: Checkpoint) -> GoldenSample:
    answers = open_classifier(checkpoint.folder).answers(COMMENTS)
    content = {text: dict(answer.probabilities) for text, answer in zip(COMMENTS, answers, strict=True)}
    return GoldenSample({FILE: json.dumps(content, indent=1).encode()})


def check_golden(loaded: Any, sample: GoldenSample) -> None:
    """Ask the model that MLflow's pyfunc flavour loaded for the probabilities again.

    Raises:
        CheckpointError: they differ, or the sample cannot be read.
    """
    import pandas as pd  # slow, and only this check needs it

    try:
        golden: dict[str, dict[str, float]] = json.loads(sample.files[FILE])
        texts, wanted = list(golden), list(golden.values())
        found = loaded.predict(pd.DataFrame({TEXT: texts}))["probabilities"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"The golden sample cannot be read ({error})", act="run `evaluate`") from None
    for text, expected, got in zip(texts, wanted, found, strict=True):
        names = expected.keys() | got.keys()
        distance = max(abs(expected.get(name, 0.0) - got.get(name, 0.0)) for name in names)
        if distance > TOLERANCE:
            raise CheckpointError(
                f"The version gives probabilities for {text!r} that are {distance:.2g} off the golden ones",
                expected=f"{TOLERANCE:g} at most",
                act="its files are not the ones that were scored; train again",
            )

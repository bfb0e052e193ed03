"""Product attributes: the golden sample of a version: rows that it must generate again after every loading."""

import json
from typing import Any

from components.core.errors import CheckpointError
from components.core.golden import GoldenSample
from components.core.records import Checkpoint
from components.recipes.product_attributes.config import ProductAttributesConfig
from components.recipes.product_attributes.generate.predictor import SEED, AttributesPredictor, AttributesRequest
from components.recipes.product_attributes.model_files import open_version

FILE = "golden.json"
ROWS = 32
OTHER = 1  # rows that may differ: another processor may round a probability to the other side of a random number


def make_golden(config: ProductAttributesConfig, checkpoint: Checkpoint) -> GoldenSample:
    predictor = AttributesPredictor(open_version(checkpoint.folder))
    response = predictor.predict(AttributesRequest(where={}, count=ROWS, seed=config.seed))
    content = {SEED: config.seed, "rows": list(response.rows)}
    return GoldenSample({FILE: json.dumps(content, indent=1, ensure_ascii=False).encode()})


def check_golden(loaded: Any, sample: GoldenSample) -> None:
    """Ask the model that MLflow's pyfunc flavour loaded for the rows again.

    Raises:
        CheckpointError: they differ, or the sample cannot be read.
    """
    import pandas as pd  # slow, and only this check needs it

    try:
        golden = json.loads(sample.files[FILE])
        rows, first = list(golden["rows"]), int(golden[SEED])
        name = next(iter(rows[0]))
        answers = loaded.predict(pd.DataFrame({name: [None] * len(rows)}), params={SEED: first})
        found = json.loads(answers.to_json(orient="records"))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, StopIteration) as error:
        raise CheckpointError(f"The golden sample cannot be read ({error})", act="run `evaluate`") from None
    other = sum(
        any(made.get(name) != value for name, value in row.items()) for row, made in zip(rows, found, strict=True)
    )
    if other > OTHER:
        raise CheckpointError(
            f"The version generates {other} of {len(rows)} golden rows otherwise",
            expected=f"{OTHER} at most",
            act="its files are not the ones that were scored; train again",
        )

"""Product descriptions: the golden sample of a version: a text that it must write again after every loading."""

import json
from dataclasses import dataclass
from typing import Any

from components.core.errors import CheckpointError
from components.core.golden import GoldenSample
from components.core.records import Checkpoint
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.predict.pyfunc import GIVEN
from components.recipes.product_descriptions.predict.writer import Writer, writer_of
from components.training.device import choose_device
from components.training.machine import machine

FILE = "golden.json"
LENGTH = 48  # tokens of the text; the likeliest one is taken each time, which last bits hardly ever change
TOLERANCE = 1e-3  # nats a token, of the same text on the same kind of machine
OTHER_MACHINE = 8  # words at the beginning that another kind of machine must write too
SMALLEST_EFFECT = 1e-6  # nats a token by which the base model must find the text more or less likely


@dataclass(frozen=True, slots=True)
class GoldenText:
    """A text of a product, how unlikely the version found it (nats a token), and the kind of machine."""

    attributes: str
    text: str
    nats: float
    machine: str


def make_golden(config: ProductDescriptionsConfig, checkpoint: Checkpoint) -> GoldenSample:
    """Write the golden text of a checkpoint, for the first validation product.

    Raises:
        CheckpointError: the adapter does not fit the base, or the base model alone finds the text just as likely.
    """
    product = config.train.validation_products[0]
    writer = writer_of(checkpoint.folder, checkpoint).with_settings(temperature=0, longest=LENGTH)
    text = writer.write([product], [0])[0]
    nats, base = writer.nats([product], [text])[0], Writer(writer.writing, None).nats([product], [text])[0]
    if abs(nats - base) <= SMALLEST_EFFECT:
        raise CheckpointError(
            f"The version of step {checkpoint.step} finds its golden text as likely as its base model does",
            expected="a change",
            act="its adapter has no effect; train again",
        )
    given = ", ".join(f"{name}={value}" for name, value in product.items())
    content = {"attributes": given, "text": text, "nats": nats, "machine": machine(choose_device())}
    return GoldenSample({FILE: json.dumps(content, indent=1, ensure_ascii=False).encode()})


def check_golden(loaded: Any, sample: GoldenSample) -> None:
    """Let the model that MLflow's pyfunc flavour loaded write the golden text again.

    Raises:
        CheckpointError: it writes another one, or finds it more or less likely; or the sample cannot be read.
    """
    import pandas as pd  # slow, and only this check needs it

    golden = _read(sample)
    asked = pd.DataFrame({GIVEN: [golden.attributes]})
    found = loaded.predict(asked, params={"temperature": 0.0, "longest": LENGTH}).iloc[0]
    here = golden.machine == machine(choose_device())
    wanted, text = golden.text, str(found["text"])
    if not here:
        wanted, text = (" ".join(words.split()[:OTHER_MACHINE]) for words in (wanted, text))
    if text != wanted:
        raise CheckpointError(
            f"The version writes {text[:80]!r}",
            expected=f"{wanted[:80]!r}, its golden text",
            act="its base model or its files are not the ones that were scored; train again",
        )
    distance = abs(float(found["nats"]) - golden.nats)
    if here and distance > TOLERANCE:
        raise CheckpointError(
            f"The version finds its golden text {distance:.2g} nats a token more or less likely than it did",
            expected=f"{TOLERANCE:g} at most",
            act="its base model or its files are not the ones that were scored; train again",
        )


def _read(sample: GoldenSample) -> GoldenText:
    try:
        return GoldenText(**json.loads(sample.files[FILE]))
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"The golden sample cannot be read ({error})", act="run `evaluate`") from None

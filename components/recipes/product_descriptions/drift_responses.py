"""Product descriptions: how well the version in production predicts descriptions, as a column of drift."""

from collections.abc import Mapping
from pathlib import Path

from components.core.monitored import Column
from components.core.records import Checkpoint
from components.metrics.likelihood import bits_per_byte
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.example import Descriptions

SURPRISE = "bits per byte"
MOST = 128  # descriptions of a split that are scored: the model has to read each


def responses(
    config: ProductDescriptionsConfig, checkpoint: Checkpoint, snapshot: Descriptions, split: str, cache: Path
) -> Mapping[str, Column]:
    """Return the bits per byte of the first descriptions of a split: high where products are of another kind.

    Those that the version was trained on surprise it less than others do.
    """
    # Imported here because they load torch and the base model, which a split without examples does not need.
    from components.recipes.product_descriptions.evaluate.generated_texts import real_losses, subject_digest
    from components.recipes.product_descriptions.generate.base_model import BASE_LOCK, open_base, swap_adapter
    from components.recipes.product_descriptions.prompts import prompt_of

    examples = snapshot.splits[split]
    some = examples[:MOST]
    if not some:
        return {SURPRISE: []}
    prompts = [prompt_of(config.data.prompt, example["attributes"]) for example in some]
    with BASE_LOCK:
        opened = open_base(config)
        swap_adapter(opened, checkpoint)
        folder = cache / "texts" / subject_digest(opened, config, checkpoint) / "losses"
        losses = real_losses(opened, prompts, [example["text"] for example in some], folder)
    return {SURPRISE: [*bits_per_byte(losses).tolist(), *[None] * (len(examples) - len(some))]}

"""Recipe failure_modes: whether a transformer to fine-tune is named, found out without importing torch."""

from components.recipes.failure_modes.candidates.settings import LadderSettings


def missing(settings: LadderSettings | None = None) -> str | None:
    """Return that there is no base model, or None. A base model from the hub is looked for when it is fitted."""
    if settings is None or not settings.lora.base_model:
        return "train.lora.base_model is empty: name a transformer, by its folder or its name on the hub."
    return None

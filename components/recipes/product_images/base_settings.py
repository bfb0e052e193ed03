"""Product images: the section `base` of the YAML: which base model."""

from components.core.strict import Strict

STARTER = "starter"  # the name of the base that comes with the project


class BaseSettings(Strict):
    """The base model, whose weights are not trained."""

    model: str
    """A folder in diffusers' layout, a Hugging Face hub id, or `starter`, which comes with the project."""
    revision: str | None = None
    """The commit of the hub id. Without it the newest one in the cache is used."""

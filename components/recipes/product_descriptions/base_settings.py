"""Product descriptions: the section `base` of the YAML: which language model."""

from typing import Literal

from components.core.strict import Strict

PACKAGE = "package:"  # before the name of an installed Python package that has the base's files
STARTER = "starter"  # the name of the base that comes with the project


class BaseSettings(Strict):
    """The base model, whose weights are not trained."""

    model: str
    """A folder in transformers' layout, a Hugging Face hub id, `package:NAME` for the folder of an installed Python
    package, or `starter`, which comes with the project."""
    revision: str | None = None
    """The commit of the hub id. Without it the newest one in the cache is used."""
    gguf: str | None = None
    """The file in GGUF form, if the weights are in such a file. It is read into plain weights; this takes a while."""
    quantization: Literal["none", "nf4"] = "none"
    """`nf4` keeps the frozen weights in 4 bits by bitsandbytes (QLoRA): an eighth of the memory of fp32, another
    model by a little. Scores and texts are those of the quantized model too."""

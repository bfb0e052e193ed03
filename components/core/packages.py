"""Core: how a checkpoint becomes an MLflow model, as its recipe says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Package:
    """Which of MLflow's flavours saves a checkpoint, and what it is told.

    Without a flavour the files of the checkpoint are kept as they are: stock MLflow cannot load them by itself.
    """

    flavor: str = ""  # a module of mlflow, whose `save_model` and `load_model` are called
    model: Any = None  # the first argument of `save_model`
    options: Mapping[str, Any] = field(default_factory=dict)  # further arguments of `save_model`
    corrections: Mapping[str, Any] = field(default_factory=dict)  # entries of MLmodel that the flavour writes otherwise
    packages: Sequence[str] = ()  # what must be installed to load it: the versions that are installed now are noted

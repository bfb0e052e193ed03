"""Core: what a recipe says about saving a checkpoint as an MLflow model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ANY = "any"  # the type of a column whose values are lists or tables


@dataclass(frozen=True, slots=True)
class Signature:
    """How a served model is called. Types are MLflow's names of them, such as `string` and `binary`, or ANY.

    With `optional` a call may leave out any of the input columns.
    """

    inputs: Mapping[str, str]  # name of a column -> its type
    outputs: Mapping[str, str]
    params: Mapping[str, str | int | float]  # name of a parameter of a prediction -> its default
    example: Mapping[str, Any]  # an input
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Package:
    """The MLflow flavour that saves a checkpoint, with its arguments.

    Without a flavour the files of the checkpoint are copied as they are, and stock MLflow cannot load them.
    """

    flavor: str = ""  # a module of mlflow, whose `save_model` and `load_model` are called
    model: Any = None  # the first argument of `save_model`; None where the flavour takes only named ones
    options: Mapping[str, Any] = field(default_factory=dict)  # further arguments of `save_model`
    corrections: Mapping[str, Any] = field(
        default_factory=dict
    )  # entries of MLmodel that replace what the flavour writes
    packages: Sequence[str] = ()  # needed to load it; the installed versions are recorded
    signature: Signature | None = None  # without one the flavour writes its own

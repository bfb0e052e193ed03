"""Core: the recipe contract, a record of the functions that make one kind of model."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from components.core.config import ModelConfig
from components.core.proof import Proof
from components.core.records import Checkpoint, Evaluation, Ingestion, Rated, Scorecard, Snapshot, Splits


class RunLog(Protocol):
    """Where work reports to while it runs: MLflow and a progress bar in production, a list in tests."""

    def metrics(self, values: Mapping[str, float], step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Examples:
    """What `make_examples` returns: examples by split, and the account of what was left out and why."""

    splits: Splits
    ingestion: Ingestion


@dataclass(frozen=True, slots=True)
class Source:
    """Where examples come from, opened once. `fingerprint` changes when the catalogue does; it need not read it all."""

    folder: Path
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a model needs on this machine before it is ingested, trained and scored."""

    what: str  # such as `catalogue` or `base model`
    name: str  # which one, as the YAML names it
    found: bool
    sentence: str  # where it is; or what was found, what was expected, and what to do
    optional: bool = False  # without it something is left out, and the rest goes on


# (work, items) -> what the work makes of each, in their order. Like `map`, but items may go to other processes or
# machines, so that work and items can be pickled.
Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where an evaluation works. `cache` is kept between evaluations; `report` is an empty folder, for people."""

    cache: Path
    report: Path
    spread: Spread = map
    production: str = ""  # digest of the weights in production, empty where none are
    test: Scorecard | None = None  # of production on the test split, which is shown and never used to choose
    ratings: Sequence[Rated] = ()  # what people said of the subjects' pictures


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that flows need to know about one kind of model. A record of functions, not a base class.

    `Any` stands for the recipe's own `ModelConfig` subclass. `folder` is always an existing empty folder that the
    function may fill: files that examples name in `make_examples`, checkpoints in `train`, and in the two `report`
    folders what people look at (pictures, tables, plots), which becomes artifacts of the MLflow run. `split` is
    `validation`, by which versions are chosen, or `test`, on which the chosen one is scored once.
    """

    config: type[ModelConfig]
    flavor: str  # how the registry packages a checkpoint: a row of registry.packaging.FLAVORS
    # (config, catalogue given by a person or None, cache folder, log) -> source
    open_source: Callable[[Any, Path | None, Path, RunLog], Source]
    # (config, source, previous snapshot or None, folder, report, log) -> examples
    make_examples: Callable[[Any, Source, Snapshot | None, Path, Path, RunLog], Examples]
    # (config, snapshot, folder, log) -> checkpoints by step; goes on from complete checkpoints already in `folder`
    train: Callable[[Any, Snapshot, Path, RunLog], Sequence[Checkpoint]]
    # (config, snapshot, split, checkpoints, workplace, log) -> scorecards in the order of the checkpoints, the base's
    # among them if it has any, and how they compare in pairs
    evaluate: Callable[[Any, Snapshot, str, Sequence[Checkpoint], Workplace, RunLog], Evaluation]
    # (config, catalogue given by a person or None) -> what must be there; looks for files, loads and fetches nothing
    needs: Callable[[Any, Path | None], Sequence[Need]]
    # (config, checkpoint) -> what every later loading of the checkpoint must draw again; None where nothing is drawn
    prove: Callable[[Any, Checkpoint], Proof] | None = None

"""Core: the recipe contract, a record of the functions that make one kind of model."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from components.core.card import CardNotes
from components.core.config import ModelConfig
from components.core.golden import GoldenSample
from components.core.metric_table import Metrics
from components.core.packages import Package
from components.core.records import Checkpoint, Evaluation, Ingestion, RatingSummary, Scorecard, Snapshot, Splits

F = TypeVar("F")


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
    ratings: Sequence[RatingSummary] = ()  # what people said of the subjects' outputs


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a model needs on this machine before it is ingested, trained and scored."""

    what: str  # such as `catalogue` or `base model`
    name: str  # which one, as the YAML names it
    found: bool
    sentence: str  # where it is; or what was found, what was expected, and what to do
    optional: bool = False  # without it something is left out, and the rest goes on


# The functions of a recipe. `config` is the recipe's own `ModelConfig` subclass. `folder` is an existing empty folder
# that the function may fill, and so is `report`, whose files become artifacts of the MLflow run.


class OpenSource(Protocol):
    def __call__(self, config: Any, catalogue: Path | None, cache: Path, log: RunLog, /) -> Source:
        """Open the catalogue that a person names, else the one of the YAML."""
        ...


class MakeExamples(Protocol):
    def __call__(
        self, config: Any, source: Source, previous: Snapshot[Any] | None, folder: Path, report: Path, log: RunLog, /
    ) -> Examples:
        """Return examples by split; the files that they name lie in `folder`. `previous` is the latest snapshot."""
        ...


class FindNeeds(Protocol):
    def __call__(self, config: Any, catalogue: Path | None, /) -> Sequence[Need]:
        """Return what must be on this machine. Looks for files, loads and fetches nothing."""
        ...


class Train(Protocol):
    def __call__(self, config: Any, snapshot: Snapshot[Any], folder: Path, log: RunLog, /) -> Sequence[Checkpoint]:
        """Return the checkpoints by step. Complete checkpoints that are in `folder` already are not trained again."""
        ...


class Evaluate(Protocol):
    def __call__(
        self,
        config: Any,
        snapshot: Snapshot[Any],
        split: str,
        checkpoints: Sequence[Checkpoint],
        workplace: Workplace,
        log: RunLog,
        /,
    ) -> Evaluation:
        """Return scorecards in the order of the checkpoints, the base's among them if any, and paired comparisons.

        `split` is `validation`, by which versions are chosen, or `test`, on which the chosen one is scored once.
        """
        ...


class Predictor(Protocol):
    """A version that is loaded. `request` and `response` are pydantic models, so that a service has their schema."""

    @property
    def request(self) -> type[BaseModel]: ...

    @property
    def response(self) -> type[BaseModel]: ...

    def predict(self, request: Any, /) -> BaseModel:
        """Return the response to an instance of `request`."""
        ...


class Load(Protocol):
    def __call__(self, config: Any, checkpoint: Checkpoint, /) -> Predictor:
        """Load the files of a version, which are checked against their manifest before."""
        ...


class MakeGolden(Protocol):
    def __call__(self, config: Any, checkpoint: Checkpoint, /) -> GoldenSample:
        """Return an output of the checkpoint, with all that is needed to make it again."""
        ...


class CheckGolden(Protocol):
    def __call__(self, loaded: Any, sample: GoldenSample, /) -> None:
        """Raise CheckpointError unless what was loaded makes the sample again.

        `loaded` is what MLflow's own flavour loads from the version's files; for files that no flavour has saved it is
        their checkpoint.
        """
        ...


@dataclass(frozen=True, slots=True)
class Golden:
    """The golden sample of a kind of model: how it is made, and how a loading is checked against it."""

    make: MakeGolden
    check: CheckGolden


class Features(Protocol):
    def __call__(self, config: Any, snapshot: Snapshot[Any], split: str, /) -> Mapping[str, Sequence[Any]]:
        """Return what drift is measured on: columns of numbers or of texts, None where a value is missing."""
        ...


class Export(Protocol):
    def __call__(self, checkpoint: Checkpoint, folder: Path, /) -> None:
        """Write the checkpoint into the folder, in a format that other programs read."""
        ...


class DescribeCard(Protocol):
    def __call__(self, config: Any, version: int, base_model: str, /) -> CardNotes:
        """Return what the card of a version says of its use, its limits and how to load it."""
        ...


class PackageCheckpoint(Protocol):
    def __call__(self, checkpoint: Checkpoint, /) -> Package:
        """Return how MLflow packs the checkpoint. Raises CheckpointError where it lacks a file."""
        ...


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that flows and the registry need to know about one kind of model. A record of functions."""

    config: type[ModelConfig]
    metrics: Metrics  # the scores that such models may have, in the order in which `compare` lists them
    shown: tuple[str, ...]  # those that `status`, tags and MLflow's page show, in their order
    open_source: OpenSource
    make_examples: MakeExamples
    train: Train
    evaluate: Evaluate
    needs: FindNeeds
    package: PackageCheckpoint
    load: Load
    golden: Golden
    features: Features
    card: DescribeCard
    exports: Mapping[str, Export]  # by the name of the format


@dataclass(frozen=True, slots=True)
class _Lazy:
    module: str
    name: str

    def __call__(self, *args: Any) -> Any:
        return self.resolved()(*args)

    def resolved(self) -> Callable[..., Any]:
        found: Callable[..., Any] = getattr(import_module(self.module), self.name)
        return found


def lazy(reference: str) -> F:  # type: ignore[type-var]  # F is the Protocol of the field that it is assigned to
    """Return the function `module:name`, which is imported when it is called first.

    So a recipe names its functions without importing torch. What Protocols say of their parameters is held by
    tests/components/core/test_recipe.py.
    """
    module, _, name = reference.partition(":")
    found: Any = _Lazy(module, name)
    return found  # type: ignore[no-any-return]


def resolved(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function itself, imported now if it is a lazy one."""
    return function.resolved() if isinstance(function, _Lazy) else function

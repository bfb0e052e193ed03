"""Core: the recipe contract, a record of the functions that define one kind of model."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from components.core.card import CardNotes
from components.core.config import ModelConfig
from components.core.corrections import Correction, ReadCorrections
from components.core.curated import CuratedProduct
from components.core.golden import GoldenSample
from components.core.metric_table import Measures, Metrics
from components.core.monitored import Features, Identify, Regenerate, Respond, whole_example
from components.core.packages import Package
from components.core.predictor import Predictor
from components.core.rated_outputs import RatedOutputs
from components.core.records import (
    Checkpoint,
    Decision,
    Evaluation,
    Ingestion,
    RatingSummary,
    Scorecard,
    Snapshot,
    Splits,
)
from components.core.run_log import RunLog as RunLog  # part of the contract: recipes import it from here


@dataclass(frozen=True, slots=True)
class Examples:
    """The result of `make_examples`: examples by split, and the counts of what was left out and why."""

    splits: Splits
    ingestion: Ingestion


@dataclass(frozen=True, slots=True)
class Source:
    """An opened catalogue. `fingerprint` changes when the catalogue changes; it need not be a hash of all content.

    `folder` may be a file. `corrections` are all that people made so far, the oldest first, and `curated` the generated
    products that people decided about, if the YAML names their lines; `open_source` leaves both empty.
    """

    folder: Path
    fingerprint: str
    corrections: Sequence[Correction] = ()
    curated: Sequence[CuratedProduct] = ()


# (function, items) -> the results in order. Like `map`, but items may go to other machines: all must be picklable.
Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Workplace:
    """What an evaluation gets besides its inputs. `cache` is kept between evaluations; `report` is an empty folder."""

    cache: Path
    report: Path
    spread: Spread = map
    production: str = ""  # digest of the weights in production, or empty
    test: Scorecard | None = None  # Production's scores on the test split: shown, never used to choose
    ratings: Sequence[RatingSummary] = ()  # people's ratings of the subjects' outputs
    other_training: bool = False  # whether the weights in production are of another training than the checkpoints
    decisions: Sequence[Decision] = ()  # the last ones, made on an earlier evaluation: shown, never used
    beside: Mapping[str, str] = field(default_factory=dict)  # other reports: name -> address relative to this report


@dataclass(frozen=True, slots=True)
class Need:
    """Something that must be on this machine before a model is ingested, trained and scored."""

    what: str  # such as `catalogue` or `base model`
    name: str  # which one, as the YAML names it
    found: bool
    sentence: str  # where it is; or what was found, what was expected, and what to do
    optional: bool = False  # without it one part is skipped, and the rest still runs


# The functions of a recipe. `config` is the recipe's own `ModelConfig` subclass. `folder` and `report` are empty
# folders that the function may fill; the files in `report` become artifacts of the MLflow run.


class OpenSource(Protocol):
    def __call__(self, config: Any, catalogue: Path | None, cache: Path, log: RunLog, /) -> Source:
        """Open the given catalogue, or the one that the YAML names."""
        ...


class MakeExamples(Protocol):
    def __call__(
        self, config: Any, source: Source, previous: Snapshot[Any] | None, folder: Path, report: Path, log: RunLog, /
    ) -> Examples:
        """Return examples by split, with the files that they name in `folder`. `previous` is the latest snapshot."""
        ...


class FindNeeds(Protocol):
    def __call__(self, config: Any, catalogue: Path | None, /) -> Sequence[Need]:
        """Return what must be on this machine. Looks for files only; loads and downloads nothing."""
        ...


class Train(Protocol):
    def __call__(
        self, config: Any, snapshot: Snapshot[Any], folder: Path, log: RunLog, start: Checkpoint | None = None, /
    ) -> Sequence[Checkpoint]:
        """Return the checkpoints in the order of their steps. Complete checkpoints in `folder` are reused.

        `start` is what is in production, if the config `starts_from_production`; a recipe whose config never does needs
        no such parameter.
        """
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
        """Return one scorecard per checkpoint in their order, the base model's if it has one, and paired comparisons.

        `split` is `validation`, which is used to choose a version, or `test`, on which the chosen one is scored once.
        """
        ...


class Load(Protocol):
    def __call__(self, config: Any, checkpoint: Checkpoint | None, log: RunLog, /) -> Predictor:
        """Load the files of a version, which have been checked, or the base model for None; `log` gets its progress."""
        ...


class MakeGolden(Protocol):
    def __call__(self, config: Any, checkpoint: Checkpoint, /) -> GoldenSample:
        """Return an output of the checkpoint, with everything that is needed to reproduce it."""
        ...


class CheckGolden(Protocol):
    def __call__(self, loaded: Any, sample: GoldenSample, /) -> None:
        """Raise CheckpointError unless the loaded model reproduces the sample.

        `loaded` is what MLflow's flavour loads from the version's files, or the checkpoint if no flavour saved them.
        """
        ...


@dataclass(frozen=True, slots=True)
class Golden:
    """How the golden sample of a version is made, and how a loaded version is checked against it."""

    make: MakeGolden
    check: CheckGolden


class Export(Protocol):
    def __call__(self, checkpoint: Checkpoint, folder: Path, /) -> None:
        """Write the checkpoint into the folder in a format of other programs."""
        ...


class DescribeCard(Protocol):
    def __call__(self, config: Any, version: int, base_model: str, /) -> CardNotes:
        """Return the card's texts about the base model, the limits and how to load the version."""
        ...


class FindBase(Protocol):
    def __call__(self, config: Any, /) -> Path:
        """Return the folder of the base model that the config names. Raises BaseModelError if it is missing."""
        ...


class DigestBase(Protocol):
    def __call__(self, folder: Path, /) -> str:
        """Return the digest of the base model in a folder, as checkpoints have it in `base_digest`."""
        ...


@dataclass(frozen=True, slots=True)
class Base:
    """Where the base model of a recipe's checkpoints is, and its digest, by which it is found again elsewhere."""

    folder: FindBase
    digest: DigestBase


class PackageCheckpoint(Protocol):
    def __call__(self, config: Any, checkpoint: Checkpoint, /) -> Package:
        """Return how MLflow saves the checkpoint, and how it is called. Raises CheckpointError if a file is missing."""
        ...


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that flows and the registry need to know about one kind of model."""

    config: type[ModelConfig]
    metrics: Metrics  # all scores of such models, in the order of `compare`
    shown: tuple[str, ...]  # the scores in `status`, in tags and on MLflow's page, in that order
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
    exports: Mapping[str, Export]  # by name of the format
    base: Base | None = None  # None where checkpoints have no base model
    targets: tuple[str, ...] = ()  # the scores that the report has targets for: a promotion must not lose in them
    identity: Identify = whole_example  # which examples are the same, to tell new ones
    corrections: ReadCorrections | None = None  # None: people cannot correct examples of such models
    responses: Respond | None = None  # None: drift is measured on the examples alone
    rated: RatedOutputs | None = None  # None: people rate nothing that such models make
    regenerate: Regenerate | None = None  # None: what a version makes is not compared with what it made before

    @property
    def measures(self) -> Measures:
        return Measures(self.metrics, self.targets)

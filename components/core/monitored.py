"""Core: what a recipe gives so that a version in production can be monitored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from components.core.files import digest_of
from components.core.records import Checkpoint, Comparison, Snapshot
from components.core.run_log import RunLog

Column = Sequence[Any]  # of texts, of numbers, or of embeddings (sequences of numbers); None where a value is missing


class Identify(Protocol):
    def __call__(self, example: Any, /) -> str:
        """Return a text that is equal for two examples if a model trained on one has learnt from the other."""
        ...


class Features(Protocol):
    def __call__(self, config: Any, snapshot: Snapshot[Any], split: str, cache: Path, /) -> Mapping[str, Column]:
        """Return what drift is measured on: columns of a split with one value for each example.

        The split may have a part of a snapshot's examples. What is slow to compute may be kept in `cache`.
        """
        ...


class Respond(Protocol):
    def __call__(
        self, config: Any, checkpoint: Checkpoint, snapshot: Snapshot[Any], split: str, cache: Path, /
    ) -> Mapping[str, Column]:
        """Return what a version makes of the examples of a split, as more columns to measure drift on.

        `config` is that of the version's training. The names differ from those of `features`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Regenerated:
    """What a version makes for fixed requests and seeds, as a JSON value, and how it compares with an earlier one.

    In each comparison `ours` is what is made now and `theirs` what was made before.
    """

    sample: Mapping[str, Any]
    comparisons: Sequence[Comparison] = ()


class Regenerate(Protocol):
    def __call__(
        self,
        config: Any,
        checkpoint: Checkpoint,
        snapshot: Snapshot[Any],
        before: Mapping[str, Any] | None,
        cache: Path,
        log: RunLog,
        /,
    ) -> Regenerated:
        """Generate `config.monitor.outputs` outputs anew, and compare them with `before`, which a first call returned.

        `config` is that of the version's training. At the first call, when `before` is None, outputs that the
        evaluation left in `cache` are used instead of new ones: they were made when the version was promoted.
        """
        ...


def whole_example(example: Any) -> str:
    """Return the digest of all that an example has, for recipes whose examples have no identity of their own."""
    return digest_of(example)

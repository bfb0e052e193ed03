"""Flows: what is monitored, and the tasks that compare new rows with those of the training."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import runtime

from components import recipes
from components.core.config import ModelConfig
from components.core.errors import DataError, RegistryError
from components.core.records import Snapshot
from components.core.seeds import derive_seed
from components.data.new_examples import new_examples
from components.data.snapshots import read_snapshot
from components.drift.columns import ColumnDrift
from components.drift.compare import Columns, compare_columns, joined
from flows.console.progress import announce
from flows.held_lease import hold_lease
from flows.retries import WITH_RETRIES
from flows.task_decorator import task
from registry import aliases, leases, looks, tags, versions
from registry.loaded import config_of
from registry.monitor_runs import open_monitor_run
from registry.search import Version
from registry.settings import settings
from registry.snapshots import fetch_snapshot
from registry.tracking import Run
from registry.version_record import kept


@dataclass(frozen=True)
class Watched:
    """A version in production.

    `promotion` is the ledger's entry that put it there, `look` the number of the look that comes now, and `snapshot`
    the one that the version was trained on.
    """

    version: Version
    promotion: int
    look: int
    snapshot: str


@dataclass(frozen=True)
class RowComparison:
    """How far the new rows are from those of the training. `n` counts the new rows; with 0 nothing is compared."""

    n: int
    columns: Sequence[ColumnDrift] = ()
    reference: Columns | None = None
    current: Columns | None = None


def in_production(config: ModelConfig) -> Watched:
    """Return what is monitored.

    Raises:
        RegistryError: no version is in production.
    """
    version = aliases.production(config.model)
    if version is None:
        found = f"No version of {config.model} is in production yet, so there is nothing to compare with"
        raise RegistryError(found, act=f"run `python -m flows lifecycle {config.model}` first")
    promotion = looks.promotion_of(config.model, int(version.version))
    look = looks.next_look(config.model, int(version.version), promotion)
    return Watched(version, promotion, look, str(kept(version).get(tags.TRAINED_ON, "")))


@contextmanager
def open_looks(config: ModelConfig, watched: Watched) -> Iterator[Run]:
    """Open the MLflow run of all looks since the promotion, under a lease: `reap` ends it if the process dies."""
    announce("monitor")
    flow_run = str(runtime.flow_run.id or "")
    with (
        hold_lease(config.model, "monitor") as lease,
        open_monitor_run(config, watched.version, watched.promotion, flow_run) as run,
    ):
        leases.note(lease, run=run.id)
        yield run


@task(task_run_name="read what {config.model} was trained on", **WITH_RETRIES)
def read_reference(config: ModelConfig, watched: Watched) -> Snapshot:
    """Return the snapshot that the version in production was trained on.

    Raises:
        DataError: it was deleted, or altered.
    """
    digest = watched.snapshot
    folder = fetch_snapshot(config.model, digest)
    if not digest or not (folder / digest).is_dir():
        raise DataError(
            f"Snapshot {digest} of version {watched.version.version} of {config.model}, which is in production, "
            f"is not in {folder}",
            expected="what the version was trained on",
            act=f"restore the folder from a copy, or run `python -m flows lifecycle {config.model}` to train again",
        )
    return read_snapshot(folder, digest)


@task(task_run_name="compare new rows of {config.model}")
def compare_rows(config: ModelConfig, watched: Watched, reference: Snapshot, current: Snapshot) -> RowComparison:
    """Compare the columns of the rows that the version was not trained on with those that it was trained on."""
    recipe = recipes.get_recipe(config.recipe)
    fresh = new_examples(reference, current, recipe.identity)
    n = sum(fresh.sizes.values())
    if n == 0:
        return RowComparison(0)
    with TemporaryDirectory() as temporary:  # new rows are others at the next look: nothing of them is kept
        known = _columns(config, watched, reference, settings().caches)
        new = _columns(config, watched, fresh, Path(temporary))
    seed = derive_seed(config.seed, "monitor", watched.look)
    return RowComparison(n, compare_columns(known, new, seed), known, new)


def _columns(config: ModelConfig, watched: Watched, snapshot: Snapshot, cache: Path) -> Columns:
    """Return the columns over all splits that have examples: of the examples, and of what the version makes of them."""
    recipe = recipes.get_recipe(config.recipe)
    filled = [split for split, examples in snapshot.splits.items() if examples]
    columns = joined([dict(recipe.features(config, snapshot, split, cache)) for split in filled])
    if recipe.responses is None:
        return columns
    own, checkpoint = config_of(watched.version, config), versions.checkpoint_of(watched.version)
    made = [dict(recipe.responses(own, checkpoint, snapshot, split, cache)) for split in filled]
    return {**columns, **joined(made)}

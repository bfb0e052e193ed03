"""Flows: the Prefect tasks of ingest, train and evaluate, with retries where repeating is safe."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from prefect import runtime, unmapped

from components import recipes
from components.core.child_process import end_with_parent
from components.core.config import ModelConfig
from components.core.errors import AtelierError
from components.core.recipe import Workplace
from components.core.records import Checkpoint, Evaluation, Ingestion, Snapshot
from components.data import snapshots
from components.metrics.ratings import summarise_ratings
from flows.console.progress import announce, flow_log
from flows.followers import lead
from flows.held_lease import hold_lease
from flows.interruption import forget_saved
from flows.retries import IF_UNAVAILABLE, WITH_RETRIES
from flows.task_decorator import task
from registry import aliases, evaluations, leases, scorecards, search, tags, tracking, versions
from registry.decisions import decisions_of
from registry.locking.lock import lease_training
from registry.ratings import ratings
from registry.search import Version
from registry.settings import settings
from registry.snapshots import address_of, fetch_history, share
from registry.snapshots import read_snapshot as fetch_and_read
from registry.sources import open_source, origin_of
from registry.system_metrics import system_metrics
from registry.tracking import Run

TEST_SPLIT, TEST_REPORT = "test split", "test/report.html"  # in a report: the name and address of the other one
VALIDATION = "validation"  # the split on whose scores versions are chosen


def read_config(model: str, overrides: Sequence[str] | None = None) -> ModelConfig:
    return recipes.read_config(settings().models, model, overrides or ())


@contextmanager
def open_run(config: ModelConfig, flow: str) -> Iterator[Run]:
    """Open the MLflow run of this flow run. It ends when the flow ends, also on an error or a signal.

    `reap` ends it if the process dies: the run works under the lease of its flow, or of the lifecycle around that.
    """
    announce(flow)
    flow_run = str(runtime.flow_run.id or "")
    with hold_lease(config.model, flow) as lease, tracking.open_run(config, flow, flow_run, lease=lease.id) as run:
        leases.note(lease, run=run.id)
        yield run


@task(task_run_name="ingest {config.model}", **IF_UNAVAILABLE)
def make_snapshot(config: ModelConfig, catalogue: str | None, run: Run) -> tuple[Snapshot, Ingestion]:
    """Find or make the snapshot of this catalogue; log it as the run's dataset, with the ingest report as artifacts."""
    recipe, folder = recipes.get_recipe(config.recipe), fetch_history(config.model)
    with TemporaryDirectory() as report, flow_log(run) as log:
        source = open_source(config, catalogue, log)
        origin = origin_of(config, source)
        found = snapshots.find_snapshot(folder, origin)
        snapshot, ingestion = found or snapshots.build_snapshot(
            folder,
            origin,
            lambda previous, staging: recipe.make_examples(config, source, previous, staging, Path(report), log),
        )
        share(config.model)
        run.artifacts(Path(report), "ingest")
    run.tags({tags.REUSED: str(found is not None).lower()})
    run.dataset(snapshot, config.model, address_of(config.model, snapshot, source.folder))
    return snapshot, ingestion


@task(task_run_name="read snapshot {digest}", **WITH_RETRIES)
def read_snapshot(config: ModelConfig, digest: str, run: Run) -> Snapshot:
    snapshot = fetch_and_read(config.model, digest)
    run.dataset(snapshot, config.model, address_of(config.model, snapshot, snapshot.folder))
    return snapshot


@task(task_run_name="train {config.model}", **IF_UNAVAILABLE)
def fit(config: ModelConfig, snapshot: Snapshot, run: Run) -> Sequence[Checkpoint]:
    """Train, or resume from the checkpoints of an earlier attempt at the same training, as a retry does."""
    training = config.training_digest(snapshot.digest)
    run.tags({tags.TRAINING: training})
    if elsewhere := versions.trained_elsewhere(config.model, training):
        return elsewhere
    folder = settings().checkpoints(config.model, training)
    folder.mkdir(parents=True, exist_ok=True)
    with lease_training(config.model, training), system_metrics(run), flow_log(run) as log:
        champion = aliases.production(config.model) if config.starts_from_production() else None
        start = (versions.checkpoint_of(champion),) if champion else ()
        lead(config, snapshot, folder, *start)
        checkpoints = recipes.get_recipe(config.recipe).train(config, snapshot, folder, log, *start)
        if (folder / "validation").is_dir():
            run.artifacts(folder / "validation", "validation")
    forget_saved()
    return checkpoints


@task(task_run_name="register {checkpoint.title}", **WITH_RETRIES)
def register(config: ModelConfig, run: Run, checkpoint: Checkpoint, snapshot: Snapshot) -> int:
    recipe = recipes.get_recipe(config.recipe)
    training = config.training_digest(snapshot.digest)
    return versions.register(config, run, recipe, checkpoint, training=training, snapshot=snapshot.digest)


@task(task_run_name="candidates of {config.model}", **WITH_RETRIES)
def list_candidates(config: ModelConfig, snapshot: Snapshot) -> Sequence[Version]:
    """Return the versions that this config trained on this snapshot, and the version in production of any training."""
    trained = search.trained_versions(config.model, config.training_digest(snapshot.digest))
    champion = aliases.production(config.model)
    known = {version.version for version in trained}
    return [*trained, *([champion] if champion and champion.version not in known else [])]


def score(config: ModelConfig, snapshot: Snapshot, candidates: Sequence[Version], run: Run) -> Evaluation:
    """Score every candidate and the base model on the same examples. Each subject is a separate task.

    This function is not a task: only a flow can submit tasks to its task runner.
    """
    run.tags({tags.EVALUATION: config.evaluation_digest(snapshot.digest)})
    if not candidates:
        raise AtelierError(
            f"No version of {config.model} was trained on snapshot {snapshot.digest} with its present settings",
            expected="at least one",
            act=f"run `python -m flows train {config.model}` first",
        )
    champion = aliases.production(config.model)
    with TemporaryDirectory() as report, flow_log(run) as log:
        workplace = Workplace(
            cache=settings().caches,
            report=Path(report),
            spread=spread,
            production=search.adapter_of(champion) if champion else "",
            test=scorecards.scorecard_on_test(champion) if champion else None,
            ratings=summarise_ratings(answer for answer in ratings(config.model) if answer.snapshot == snapshot.digest),
            other_training=_is_of_other_training(config, champion, snapshot),
            decisions=decisions_of(candidates),
            beside={TEST_SPLIT: TEST_REPORT} if (earlier := _test_report(config, champion, snapshot)) else {},
        )
        checkpoints = [versions.checkpoint_of(version) for version in candidates]
        evaluate = recipes.get_recipe(config.recipe).evaluate
        evaluation = evaluate(config, snapshot, VALIDATION, checkpoints, workplace, log)
        run.artifacts(Path(report), "evaluation")
        if earlier:  # the version in production was scored on the test split once: its report stays beside this one
            shutil.copytree(earlier, Path(report) / earlier.name)
        settings().keep_report(config.model, Path(report))
    return evaluation


def _is_of_other_training(config: ModelConfig, champion: Version | None, snapshot: Snapshot) -> bool:
    return champion is not None and champion.tags.get(tags.TRAINING) != config.training_digest(snapshot.digest)


def _test_report(config: ModelConfig, champion: Version | None, snapshot: Snapshot) -> Path | None:
    """Return the folder of the report on the test split of this snapshot, None if there is none."""
    card = scorecards.scorecard_on_test(champion) if champion else None
    folder = settings().reports / config.model / Path(TEST_REPORT).parent
    is_there = card is not None and card.snapshot == snapshot.digest and (folder / "report.html").is_file()
    return folder if is_there else None


def read_summary(config: ModelConfig) -> str:
    """Return the Markdown summary of the last evaluation, empty if the recipe writes none."""
    path = settings().reports / config.model / "summary.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def spread(work: Callable[[Any], Any], subjects: Iterable[Any]) -> list[Any]:
    """Run `work` on each subject on the flow's task runner (ATELIER_TASK_RUNNER); return the results in order."""
    return [future.result() for future in work_on_subject.map(unmapped(work), list(subjects))]


def _subject() -> str:
    subject = runtime.task_run.parameters["subject"]
    return f"generate with {subject.title}" if isinstance(subject, Checkpoint) else "generate with the base model"


@task(task_run_name=_subject)
def work_on_subject(work: Callable[[Any], Any], subject: Any) -> Any:
    end_with_parent()  # where the task runner has processes
    return work(subject)


@task(task_run_name="write scores", **WITH_RETRIES)
def write_scores(
    config: ModelConfig, snapshot: Snapshot, candidates: Sequence[Version], evaluation: Evaluation, run: Run
) -> None:
    digest, shown = config.evaluation_digest(snapshot.digest), recipes.get_recipe(config.recipe).shown
    if evaluation.base:
        scorecards.write_base_scorecard(run, evaluation.base, shown)
    for version, card in zip(candidates, evaluation.trained, strict=True):
        scorecards.write_scorecard(run, version, card, digest, shown)
    evaluations.write_comparisons(run, evaluation.comparisons)

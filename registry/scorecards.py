"""Registry: scorecards and decisions, written to the records of versions and to runs, and read from them."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from mlflow.entities import Metric
from mlflow.entities.model_registry import ModelVersion

from components.core.records import Candidate, Decision, Scorecard
from components.core.scorecard_json import from_json, to_json
from registry import tags as tag
from registry.checkpoint_runs import run_of
from registry.client import connect, translate_errors
from registry.evaluations import log_grid
from registry.search import adapter_of, name_of_checkpoint, search_versions, step_of
from registry.tracking import Run, artifact_of, newest_run
from registry.version_record import kept, update

BASE_SCORECARD = "base.json"
CHAMPION = "champion"  # the rule of the version in production, which is not decided anew


@translate_errors()
def scorecard_of(version: ModelVersion) -> Scorecard | None:
    """Return the scorecard that this version was read with, or None."""
    return scorecard_in(kept(version))


@translate_errors()
def scorecard_on_test(version: ModelVersion) -> Scorecard | None:
    """Return the scores on the test split that this version was read with, or None."""
    return scorecard_in(kept(version), tag.TEST_SCORECARD)


@translate_errors()
def write_scorecard(
    run: Run, version: ModelVersion, scorecard: Scorecard, evaluation: str, shown: Sequence[str]
) -> None:
    """Write a scorecard to the version's record, and its scores as metrics of the version's run and LoggedModel.

    `run`, which measured them, has them too, at the step of the version: a curve over the steps. The digest of the
    settings of the evaluation is in the same record, so that the two are never of different evaluations.
    """
    client, own, step = connect(), run_of(version), step_of(version)
    client.log_batch(run.id, metrics=_metrics(scorecard, shown, step, None if own else version))
    if own:
        client.log_batch(own.id, metrics=_metrics(scorecard, shown, step, version))
        log_grid(own, run, version)
    before = kept(client.get_model_version(version.name, str(version.version)))
    wanted = {tag.EVALUATION: evaluation, tag.SCORECARD: to_json(scorecard)}
    if all(tag.parsed(name, before.get(name)) == value for name, value in wanted.items()):
        return
    record = {**wanted, tag.SCORED_BY: run.id, tag.SNAPSHOT: scorecard.snapshot}
    update(version, record, shown_values(scorecard, shown))


def shown_values(scorecard: Scorecard, shown: Sequence[str]) -> dict[str, str]:
    """Return the tags of the scores in `shown`, to four digits: they are for people, the record has every digit."""
    return {name: f"{scorecard.scores[name].value:.4g}" for name in shown if name in scorecard.scores}


def scorecard_in(record: Mapping[str, Any], name: str = tag.SCORECARD) -> Scorecard | None:
    """Return the scorecard of a record, or of the tags of a version of an earlier release; or None.

    Raises:
        RegistryError: it was changed and is not a scorecard.
    """
    content = record.get(name)
    return from_json(content) if content is not None else None


@translate_errors()
def write_base_scorecard(run: Run, scorecard: Scorecard, shown: Sequence[str]) -> None:
    """Write the base model's scorecard to the run that measured it, as it has no version. Plots show it at step 0."""
    run.record(BASE_SCORECARD, to_json(scorecard))
    run.tags({tag.BASE_SNAPSHOT: scorecard.snapshot})
    connect().log_batch(run.id, metrics=_metrics(scorecard, shown, 0))


@translate_errors()
def write_test_scorecard(run: Run, version: ModelVersion, scorecard: Scorecard) -> None:
    """Write the chosen version's scores on the test split: to its record, and as metrics of its run and of `run`."""
    update(version, {tag.TEST_SCORECARD: to_json(scorecard)})
    values = {f"{tag.TEST_PREFIX}{name}": score.value for name, score in scorecard.scores.items()}
    run.metrics(values, step_of(version))
    own = run_of(version)
    if own:
        own.metrics(values, step_of(version))
        own.flush()


@translate_errors()
def base_scorecard(model: str, snapshot: str, evaluation: str | None = None) -> Scorecard | None:
    """Return the base model's newest scorecard on a snapshot, of this evaluation's digest or of any; or None."""
    which = {tag.EVALUATION: evaluation} if evaluation else {}
    run = newest_run(model, {tag.FLOW: "evaluate", tag.SNAPSHOT: snapshot, tag.BASE_SNAPSHOT: snapshot, **which})
    content = artifact_of(run, BASE_SCORECARD)
    return from_json(content.decode()) if content else None


@translate_errors()
def candidates(model: str, training: str, evaluation: str) -> tuple[list[Candidate], list[int]]:
    """Return the versions of one training that this evaluation scored, oldest first, and the numbers of the others.

    The server filters by the training alone: each further tag costs 0.2 s at 10,000 versions that have it.
    """
    found = list(reversed(search_versions(model, {tag.TRAINING: training})))
    cards = {int(version.version): scorecard_of(version) for version in found if evaluation_of(version) == evaluation}
    scored = [(version, cards.get(int(version.version))) for version in found]
    return (
        [candidate_of(version, card) for version, card in scored if card],
        [int(version.version) for version, card in scored if card is None],
    )


def evaluation_of(version: ModelVersion) -> str:
    """Return the digest of the evaluation that scored a version; empty if none did."""
    return str(kept(version).get(tag.EVALUATION, ""))


def candidate_of(version: ModelVersion, scorecard: Scorecard) -> Candidate:
    name = name_of_checkpoint(version)
    return Candidate(int(version.version), step_of(version), scorecard, adapter_of(version), name)


def deciding_numbers(version: ModelVersion, names: Sequence[str]) -> dict[str, float | None]:
    """Return the named scores that a version has, with their intervals: `name`, `name.low` and `name.high`."""
    card = scorecard_of(version)
    scores = {name: card.scores[name] for name in names if name in card.scores} if card else {}
    numbers: dict[str, float | None] = {}
    for name, score in scores.items():
        numbers |= {name: score.value, f"{name}.low": score.low, f"{name}.high": score.high}
    return numbers


@translate_errors()
def write_decision(model: str, decision: Decision) -> None:
    """Write a decision to the record of its version. A version that stays in production keeps its earlier one."""
    version = connect().get_model_version(model, str(decision.version))
    before, wanted = kept(version), tag.decision_tags(decision)
    stays = decision.rule == CHAMPION and tag.DECISION in before
    if not stays and any(before.get(name) != value for name, value in wanted.items()):
        update(version, wanted)


def _metrics(
    scorecard: Scorecard, shown: Sequence[str], step: int, version: ModelVersion | None = None
) -> list[Metric]:
    """Return the scores and their intervals as metrics, which MLflow can compare: `metrics.accuracy < 0.9`.

    MLflow's page groups them by dataset and snapshot.
    """
    now = round(time.time() * 1000)
    scores = scorecard.scores
    values = {
        name: scores[name].value for name in (*shown, *scores) if name in scores
    }  # first, so that they are the page's first columns
    for name, score in scores.items():
        values |= {f"{name}.low": score.low, f"{name}.high": score.high}
    where = {} if version is None else {"dataset_name": version.name, "dataset_digest": scorecard.snapshot}
    model_id = None if version is None else _model_id(version)
    return [Metric(name, float(value), now, step, model_id=model_id, **where) for name, value in values.items()]


def _model_id(version: ModelVersion) -> str | None:
    """Return the id of the version's LoggedModel; MLflow's own field stays empty on SQL stores."""
    scheme, _, model_id = str(version.source).partition(":/")
    return model_id if scheme == "models" and "/" not in model_id else None

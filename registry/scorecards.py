"""Registry: scorecards and decisions, written to the tags of versions and to runs, and read from them."""

import json
import time
from collections.abc import Mapping, Sequence

from mlflow.entities import Metric
from mlflow.entities.model_registry import ModelVersion

from components.core.records import Candidate, Decision, Scorecard
from components.core.scorecard_json import from_json, to_json
from registry import tags as tag
from registry.client import connect, translate_errors
from registry.search import search_versions, step_of
from registry.tracking import Run, artifact_of, newest_run

BASE_SCORECARD = "base.json"
CHAMPION = "champion"  # the rule of the version in production, which is not decided anew


@translate_errors()
def scorecard_of(version: ModelVersion) -> Scorecard | None:
    """Return the scorecard in the tags that this version was read with, or None."""
    return from_tags(version.tags)


@translate_errors()
def write_scorecard(
    run: Run, version: ModelVersion, scorecard: Scorecard, evaluation: str, shown: Sequence[str]
) -> None:
    """Write a scorecard as tags of the version, and as metrics of its LoggedModel, logged by the run that measured it.

    `evaluation`, the digest of the settings of the evaluation, is deleted first and written last: where this tag is,
    the others are complete. The scores in `shown` are also tags of their own, and MLflow's first columns.
    """
    client, number = connect(), str(version.version)
    client.log_batch(run.id, metrics=_metrics(scorecard, shown, step_of(version), version))
    present = client.get_model_version(version.name, number).tags
    wanted = {tag.SCORED_BY: run.id, **to_tags(scorecard, shown), tag.EVALUATION: evaluation}
    if all(present.get(name) == wanted[name] for name in (tag.EVALUATION, tag.SCORECARD)):
        return
    for name in [tag.EVALUATION] * (tag.EVALUATION in present) + sorted(stale_tags(present, wanted, shown)):
        client.delete_model_version_tag(version.name, number, name)
    for name, value in wanted.items():
        client.set_model_version_tag(version.name, number, name, value)


def to_tags(scorecard: Scorecard, shown: Sequence[str], prefix: str = "") -> dict[str, str]:
    """Return the tags of a scorecard; the tag with all of it comes last.

    The scores in `shown` are tags of their own too, for people and for MLflow's search. Scores of the test split have
    the prefix TEST_PREFIX.
    """
    few = {name: scorecard.scores[name] for name in shown if name in scorecard.scores}
    values = {name: repr(float(score.value)) for name, score in few.items()}
    seen = {f"{name}.extractor": score.extractor for name, score in few.items() if score.extractor}
    whole = {tag.SNAPSHOT: scorecard.snapshot, tag.SCORECARD: json.dumps(to_json(scorecard))}
    return {f"{prefix}{name}": value for name, value in {**values, **seen, **whole}.items()}


def stale_tags(present: Mapping[str, str], wanted: Mapping[str, str], shown: Sequence[str]) -> set[str]:
    """Return the names of an earlier scorecard's tags that the new tags do not replace."""
    ours = {*shown, *(f"{name}.extractor" for name in shown)}
    return ours & present.keys() - wanted.keys()


def from_tags(tags: Mapping[str, str], prefix: str = "") -> Scorecard | None:
    """Return the scorecard in the tags with this prefix, or None.

    Raises:
        RegistryError: the tag was changed and is not a scorecard.
    """
    text = tags.get(f"{prefix}{tag.SCORECARD}")
    return from_json(text) if text is not None else None


@translate_errors()
def write_base_scorecard(run: Run, scorecard: Scorecard, shown: Sequence[str]) -> None:
    """Write the base model's scorecard to the run that measured it, as it has no version. Plots show it at step 0."""
    run.record(BASE_SCORECARD, to_json(scorecard))
    run.tags({tag.BASE_SNAPSHOT: scorecard.snapshot})
    connect().log_batch(run.id, metrics=_metrics(scorecard, shown, 0))


@translate_errors()
def write_test_scorecard(run: Run, version: ModelVersion, scorecard: Scorecard, shown: Sequence[str]) -> None:
    """Write the chosen version's scores on the test split: tags of the version, metrics of the run."""
    for name, value in to_tags(scorecard, shown, tag.TEST_PREFIX).items():
        connect().set_model_version_tag(version.name, str(version.version), name, value)
    values = {f"{tag.TEST_PREFIX}{name}": score.value for name, score in scorecard.scores.items()}
    run.metrics(values, step_of(version))


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
    return str(version.tags.get(tag.EVALUATION, ""))


def candidate_of(version: ModelVersion, scorecard: Scorecard) -> Candidate:
    return Candidate(int(version.version), step_of(version), scorecard, version.tags.get(tag.ADAPTER, ""))


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
    """Write a decision as tags of its version. A version that stays in production keeps its earlier one."""
    client, number = connect(), str(decision.version)
    present_tags = client.get_model_version(model, number).tags
    if decision.rule == CHAMPION and tag.DECISION in present_tags:
        return
    for name, value in tag.decision_tags(decision).items():
        if present_tags.get(name) != value:
            client.set_model_version_tag(model, number, name, value)


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

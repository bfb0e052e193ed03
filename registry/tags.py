"""Registry: the only place that spells tags, on runs and on versions."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from components.core.errors import RegistryError
from components.core.records import Decision, Score, Scorecard

FLOW = "flow"
FLOW_RUN = "prefect.flow_run_id"
SNAPSHOT = "snapshot"  # of the scorecard, once there is one: the one that scores can be compared on
GIT_SHA = "git_sha"
ERROR = "error"

# MLflow's page guesses that an experiment is about agents, and hides the comparison of runs, unless it is told.
TRAINING_PAGES = {"mlflow.experimentKind": "custom_model_development"}
VERSIONS = "mlflow.modelVersions"  # on a LoggedModel: what it is registered as, for MLflow's page

STEP = "step"
TRAINING = "training"  # digest of everything that the weights depend on
EVALUATION = "evaluation"  # digest of everything that scores depend on, the snapshot too
DECIDED = "decided"  # on a run: digest of everything that a decision about all versions depends on
STOOD = "stood"  # on a run: whether it found its snapshot made already
TRAINED_ON = "trained_on"  # snapshot, whatever the version is scored on later
ADAPTER = "adapter"  # digest of the weights
BASE_MODEL = "base_model"
MANIFEST = "manifest"  # whole sha256 of manifest.json, which lists every file of the version
GOLDEN = "golden"  # whole sha256 of the golden sample
GOLDEN_RUN = "golden.run"  # which keeps it

DECISION = "decision"
DECISION_RULE = "decision.rule"
DECISION_REASON = "decision.reason"

LEDGER_HEAD = "ledger.head"  # on the registered model: the hash of the ledger's last entry
LEDGER_ENTRIES = "ledger.entries"  # and its number

SCORECARD = "scorecard"  # the whole of it as JSON, in one tag: it is there or not, never half
SCORED_BY = "scorecard.run"  # which has the report
BASE_SNAPSHOT = "base.snapshot"  # on a run: the one that it scored the base model on
TEST_PREFIX = "test."  # before the tags of what the version scored on the test split


def to_tags(scorecard: Scorecard, shown: Sequence[str]) -> dict[str, str]:
    """Return the tags of a scorecard, the whole of it last. The other scores are numbers of the LoggedModel.

    The scores in `shown` are tags of their own too, for people and for MLflow's search.
    """
    few = {name: scorecard.scores[name] for name in shown if name in scorecard.scores}
    values = {name: repr(float(score.value)) for name, score in few.items()}
    seen = {f"{name}.extractor": score.extractor for name, score in few.items() if score.extractor}
    return {**values, **seen, SNAPSHOT: scorecard.snapshot, SCORECARD: json.dumps(to_json(scorecard))}


def stale_tags(present: Mapping[str, str], wanted: Mapping[str, str], shown: Sequence[str]) -> set[str]:
    """Return the tags of an earlier scorecard that the wanted ones do not replace."""
    ours = {*shown, *(f"{name}.extractor" for name in shown)}
    return ours & present.keys() - wanted.keys()


def from_tags(tags: Mapping[str, str]) -> Scorecard | None:
    """Return the scorecard that the tags hold, or None where there is none.

    Raises:
        RegistryError: the tag was changed to something that is no scorecard.
    """
    return from_json(tags[SCORECARD]) if SCORECARD in tags else None


def to_test_tags(scorecard: Scorecard, shown: Sequence[str]) -> dict[str, str]:
    return {TEST_PREFIX + tag: value for tag, value in to_tags(scorecard, shown).items()}


def from_test_tags(tags: Mapping[str, str]) -> Scorecard | None:
    """Return the scorecard on the test split from the tags of a version, or None where it was never scored there."""
    return from_tags({tag.removeprefix(TEST_PREFIX): tags[tag] for tag in tags if tag.startswith(TEST_PREFIX)})


def to_json(scorecard: Scorecard) -> dict[str, Any]:
    """Return the scorecard as a JSON value. What is no finite number is a text, which JSON has no number for."""
    scores = {
        name: {field: _finite(value) for field, value in asdict(score).items()}
        for name, score in scorecard.scores.items()
    }
    return {"subject": scorecard.subject, "snapshot": scorecard.snapshot, "split": scorecard.split, "scores": scores}


def from_json(text: str) -> Scorecard:
    """Return the scorecard that `to_json` has made a JSON value of.

    Raises:
        RegistryError: the text is something else.
    """
    try:
        found = json.loads(text)
        scores = {name: _score(fields) for name, fields in found["scores"].items()}
        return Scorecard(found["subject"], found["snapshot"], found["split"], scores)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RegistryError(f"A scorecard was edited and is none any more ({error}): run `evaluate` again.") from None


def decision_tags(decision: Decision) -> dict[str, str]:
    return {DECISION_RULE: decision.rule, DECISION_REASON: decision.reason, DECISION: str(decision.verdict)}


def is_tag(name: str, value: str) -> str:
    """Return the part of an MLflow filter that asks for a tag."""
    return f"tags.`{name}` = {quoted(value)}"


def quoted(value: str) -> str:
    """Quote a value for an MLflow filter. It knows no escape: what has both kinds of quote cannot be asked for."""
    quote = '"' if "'" in value else "'"
    if quote in value:
        raise RegistryError(f"{value!r} has both kinds of quote, which MLflow cannot look up: use only one kind.")
    return f"{quote}{value}{quote}"


def _finite(value: Any) -> Any:
    return value if not isinstance(value, float) or math.isfinite(value) else repr(value)


def _score(fields: Mapping[str, Any]) -> Score:
    numbers = {name: float(fields[name]) for name in ("value", "low", "high")}
    floor = None if fields["floor"] is None else float(fields["floor"])
    return Score(**{**fields, **numbers, "floor": floor})

"""Registry: the only place that spells tags, on runs and on versions."""

import json
from collections.abc import Mapping
from typing import Any

from components.core.errors import RegistryError
from components.core.records import Decision

FLOW = "flow"
FLOW_RUN = "prefect.flow_run_id"
LEASE = "lease"  # on a run: the lease under which it works (registry/leases.py)
SNAPSHOT = "snapshot"  # the one that it was scored on; before that, the one that it was trained on
GIT_SHA = "git_sha"
ERROR = "error"

# Without this tag MLflow's page may take an experiment for one of agents, and hide the comparison of runs.
TRAINING_PAGES = {"mlflow.experimentKind": "custom_model_development"}
VERSIONS = "mlflow.modelVersions"  # on a LoggedModel: the versions of it, for MLflow's page
PARENT = "mlflow.parentRunId"  # on a run: the one that it is nested under

RECORD = "record"  # whole sha256 of the JSON artifact that has everything below (registry/version_record.py)

STEP = "step"
NAME = "candidate"  # the name of the checkpoint, where checkpoints are not steps of one training
TRAINING = "training"  # digest of everything that the weights depend on
EVALUATION = "evaluation"  # digest of everything that scores depend on, the snapshot too
DECIDED = "decided"  # on a run: digest of everything that a decision about all versions depends on
PROMOTION = "promotion"  # on a monitor's run: version and ledger entry of the promotion since which it looks
REUSED = "reused"  # on a run: whether it reused an earlier snapshot
TRAINED_ON = "trained_on"  # snapshot of the training, whatever the version is scored on later
ADAPTER = "adapter"  # digest of the weights
BASE_MODEL = "base_model"
MANIFEST = "manifest"  # whole sha256 of manifest.json, which lists every file of the version
GOLDEN = "golden"  # whole sha256 of the golden sample
GOLDEN_RUN = "golden.run"  # the run whose artifact it is

DECISION = "decision"
DECISION_RULE = "decision.rule"
DECISION_REASON = "decision.reason"

LEDGER_HEAD = "ledger.head"  # on the registered model: the hash of the ledger's last entry
LEDGER_ENTRIES = "ledger.entries"  # and its number

SCORECARD = "scorecard"  # all of it as JSON, in one tag, so that it is never incomplete
SCORED_BY = "scorecard.run"  # the run, which has the report
SHA256 = "sha256."  # on a run, before the name of an artifact: its whole sha256, with which it is checked when read
NOTE = "note."  # on a run, before what it is about: how something was decided by the machine at hand
BASE_SNAPSHOT = "base.snapshot"  # on a run: the one that it scored the base model on
TEST_PREFIX = "test."  # before what the version scored on the test split
TEST_SCORECARD = f"{TEST_PREFIX}{SCORECARD}"
CONFIG = "config"  # the model's config as it was at the training

# The tags that people read, besides the scores that the recipe shows. `training` is one, as the server filters by it.
CHIPS = (DECISION, NAME, STEP, SNAPSHOT, TRAINING)
SCORECARDS = (SCORECARD, TEST_SCORECARD)
RECORDED = (  # what the record has
    *CHIPS,
    *(DECISION_RULE, DECISION_REASON),
    *(TRAINED_ON, ADAPTER, BASE_MODEL, GIT_SHA, CONFIG, MANIFEST),
    *(GOLDEN, GOLDEN_RUN, EVALUATION, SCORED_BY),
    *SCORECARDS,
)


def chips(record: Mapping[str, Any], scores: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that people read, of a record and the scores that the recipe shows."""
    return {**{name: str(record[name]) for name in CHIPS if record.get(name)}, **scores}


def scores_in(record: Mapping[str, Any]) -> list[str]:
    """Return the names of all scores in a record, or in the tags of a version of an earlier release."""
    found = [parsed(name, record[name]) for name in SCORECARDS if name in record]
    return sorted({score for card in found if isinstance(card, dict) for score in card.get("scores") or ()})


def parsed(name: str, value: Any) -> Any:
    """Return a scorecard as a JSON value; earlier releases have its text as a tag. A damaged one stays a text."""
    if name not in SCORECARDS or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def decision_tags(decision: Decision) -> dict[str, str]:
    return {DECISION_RULE: decision.rule, DECISION_REASON: decision.reason, DECISION: str(decision.verdict)}


def tag_filter(name: str, value: str) -> str:
    """Return the condition of an MLflow filter that a tag has a value."""
    return f"tags.`{name}` = {quoted(value)}"


def quoted(value: str) -> str:
    """Quote a value for an MLflow filter, which has no escapes: a value with both kinds of quote cannot be searched."""
    quote = '"' if "'" in value else "'"
    if quote in value:
        raise RegistryError(
            f"{value!r} has both kinds of quote, which MLflow cannot search for", act="use only one kind"
        )
    return f"{quote}{value}{quote}"

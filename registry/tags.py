"""Registry: the only place that spells tags, on runs and on versions."""

from collections.abc import Iterable, Mapping

from components.core.errors import RegistryError
from components.core.records import Decision, Score, Scorecard

FLOW = "flow"
FLOW_RUN = "prefect.flow_run_id"
SNAPSHOT = "snapshot"  # of the scorecard, once there is one: the one that scores can be compared on
SPLIT = "split"
SUBJECT = "subject"
GIT_SHA = "git_sha"
ERROR = "error"

# MLflow's page guesses that an experiment is about agents, and hides the comparison of runs, unless it is told.
TRAINING_PAGES = {"mlflow.experimentKind": "custom_model_development"}
VERSIONS = "mlflow.modelVersions"  # on a LoggedModel: what it is registered as, for MLflow's page

STEP = "step"
TRAINING = "training"  # digest of everything that the weights depend on
EVALUATION = "evaluation"  # digest of everything that scores depend on
TRAINED_ON = "trained_on"  # snapshot, whatever the version is scored on later
ADAPTER = "adapter"  # digest of the weights
BASE_MODEL = "base_model"
MANIFEST = "manifest"  # whole sha256 of manifest.json, which lists every file of the version
PROOF = "proof"  # whole sha256 of proof.json, which has the sha256 of the picture
PROOF_RUN = "proof.run"  # which keeps both

DECISION = "decision"
DECISION_RULE = "decision.rule"
DECISION_REASON = "decision.reason"

LEDGER_HEAD = "ledger.head"  # on the registered model: the hash of the ledger's last entry
LEDGER_ENTRIES = "ledger.entries"  # and its number

BASE_PREFIX = "base."  # before the tags of the base model's scorecard, which stand on the run that measured it
TEST_PREFIX = "test."  # before the tags of the scorecard on the test split, which stand on the version
PARTS = ("n", "extractor", "low", "high", "floor", "honest", "smallest_n")


def to_tags(scorecard: Scorecard) -> dict[str, str]:
    """Return the scorecard as tags. `split` comes last: written in this order, it means that all are there."""
    tags = {SUBJECT: scorecard.subject}
    for name, score in scorecard.scores.items():
        tags |= _score_tags(name, score)
    return {**tags, SNAPSHOT: scorecard.snapshot, SPLIT: scorecard.split}


def from_tags(tags: Mapping[str, str]) -> Scorecard | None:
    """Return the scorecard that the tags hold, or None where there is none, or only a part of one.

    Raises:
        RegistryError: a tag was changed to something that is no number.
    """
    if SPLIT not in tags or SUBJECT not in tags:
        return None
    scores = {name: _score(tags, name) for name in scored_names(tags)}
    return Scorecard(tags[SUBJECT], tags.get(SNAPSHOT, ""), tags[SPLIT], scores)


def scored_names(tags: Mapping[str, str]) -> list[str]:
    """Return the names of the scores among the tags, sorted; those on the test split are kept apart."""
    names = (tag.removesuffix(".n") for tag in tags if tag.endswith(".n") and not tag.startswith(TEST_PREFIX))
    return sorted(name for name in names if {name, f"{name}.low", f"{name}.high"} <= tags.keys())


def out_of_date(tags: Mapping[str, str], wanted: Iterable[str]) -> list[str]:
    """Return the tags of an earlier scorecard that go before `wanted` is written; `split`, the seal, goes first."""
    parts = {f"{name}.{part}" for name in scored_names(tags) for part in PARTS}
    stale = (parts | set(scored_names(tags))) & tags.keys() - set(wanted)
    return [*([SPLIT] if SPLIT in tags else []), *sorted(stale)]


def to_base_tags(scorecard: Scorecard) -> dict[str, str]:
    return {BASE_PREFIX + tag: value for tag, value in to_tags(scorecard).items()}


def from_base_tags(tags: Mapping[str, str]) -> Scorecard | None:
    """Return the base model's scorecard from the tags of a run, or None."""
    return from_tags({tag.removeprefix(BASE_PREFIX): tags[tag] for tag in tags if tag.startswith(BASE_PREFIX)})


def to_test_tags(scorecard: Scorecard) -> dict[str, str]:
    return {TEST_PREFIX + tag: value for tag, value in to_tags(scorecard).items()}


def from_test_tags(tags: Mapping[str, str]) -> Scorecard | None:
    """Return the scorecard on the test split from the tags of a version, or None where it was never scored there."""
    return from_tags({tag.removeprefix(TEST_PREFIX): tags[tag] for tag in tags if tag.startswith(TEST_PREFIX)})


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


def _score_tags(name: str, score: Score) -> dict[str, str]:
    tags = {
        name: repr(float(score.value)),
        f"{name}.n": str(score.n),
        f"{name}.low": repr(float(score.low)),
        f"{name}.high": repr(float(score.high)),
        f"{name}.honest": str(score.honest).lower(),
    }
    if score.extractor:
        tags[f"{name}.extractor"] = score.extractor
    if score.floor is not None:
        tags[f"{name}.floor"] = repr(float(score.floor))
    if score.smallest_n:
        tags[f"{name}.smallest_n"] = str(score.smallest_n)
    return tags


def _score(tags: Mapping[str, str], name: str) -> Score:
    floor = tags.get(f"{name}.floor")
    try:
        return Score(
            value=float(tags[name]),
            n=int(tags[f"{name}.n"]),
            low=float(tags[f"{name}.low"]),
            high=float(tags[f"{name}.high"]),
            extractor=tags.get(f"{name}.extractor", ""),
            floor=None if floor is None else float(floor),
            honest=tags.get(f"{name}.honest") == "true",
            smallest_n=int(tags.get(f"{name}.smallest_n", 0)),
        )
    except ValueError as error:
        raise RegistryError(f"The tags of {name} hold no number ({error}): run `evaluate` again.") from None

"""Registry: two versions side by side: every score of both, the difference, and how certain it is."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mlflow.entities.model_registry import ModelVersion

from components.core.config import ModelConfig
from components.core.differences import Pairs, by_pair, difference, is_number, practically_equal
from components.core.errors import IncomparableScoresError, RegistryError
from components.core.metric_table import Metrics
from components.core.records import Candidate, Comparison, Score
from components.recipes import get_recipe
from registry.evaluations import read_comparisons
from registry.scorecards import candidate_of, evaluation_of, scorecard_of
from registry.search import find_version, title_of

DIFFERENCE = ("difference", "low", "high", "better", "enough", "equal", "n", "decided", "method")


def compare(config: ModelConfig, ours: str, theirs: str) -> dict[str, Any]:
    """Return every score of two versions, and for each the difference, ours minus theirs.

    The scores that the promotion policy names come first, the primary ones before those with bounds; `decides` is true
    for them. `equal` is the largest possible difference where no practical number of examples would decide.

    All values are JSON values; a missing or non-finite number is None. `better` is the probability that ours is
    better, `enough` the number of examples of each that would settle it. `method` names the source: a paired
    comparison of the newest evaluation, else "two intervals" (components/core/differences.py).

    Args:
        config: of the model whose versions are compared.
        ours: a version's number or an alias.
        theirs: likewise.

    Raises:
        UsageError: a word is neither a number nor an alias.
        RegistryError: a version does not exist, or has no scores.
        IncomparableScoresError: the scores are of different examples, extractors or settings.
    """
    model, metrics = config.model, get_recipe(config.recipe).metrics
    named = find_version(model, ours), find_version(model, theirs)
    one, other = (_candidate(version) for version in named)
    digests = [evaluation_of(version) for version in named]
    _require_same_examples(one, other)
    _require_same_extractors(one, other, metrics)
    _require_same_settings(one, other, digests)
    pairs = by_pair(read_comparisons(model, digests[0]))
    return {
        "model": model,
        "snapshot": one.scorecard.snapshot,
        "split": one.scorecard.split,
        "ours": {"version": one.version, "step": one.step, "name": one.name},
        "theirs": {"version": other.version, "step": other.step, "name": other.name},
        "scores": list(_rows((one, other), pairs, metrics, config.promote.scores)),
    }


def _candidate(version: ModelVersion) -> Candidate:
    card = scorecard_of(version)
    if card is None:
        raise RegistryError(
            f"Version {version.version} of {version.name} ({title_of(version)}) has no scores",
            expected="some to compare",
            act=f"run `python -m flows evaluate {version.name}`",
        )
    return candidate_of(version, card)


def _require_same_examples(one: Candidate, other: Candidate) -> None:
    seen = [f"{c.scorecard.split} of snapshot {c.scorecard.snapshot}" for c in (one, other)]
    if seen[0] != seen[1]:
        raise IncomparableScoresError(
            f"Version {one.version} was scored on {seen[0]}, version {other.version} on {seen[1]}",
            expected="the same examples",
            act="run `evaluate` again",
        )


def _require_same_extractors(one: Candidate, other: Candidate, metrics: Metrics) -> None:
    for name in _shared(one, other, metrics):
        seen = [c.scorecard.scores[name].extractor or "none" for c in (one, other)]
        if seen[0] != seen[1]:
            raise IncomparableScoresError(
                f"The {name} of version {one.version} was measured with the extractor {seen[0]}, that of version "
                f"{other.version} with {seen[1]}",
                expected="the same extractor",
                act="run `evaluate` again",
            )


def _require_same_settings(one: Candidate, other: Candidate, digests: Sequence[str]) -> None:
    if digests[0] != digests[1]:
        raise IncomparableScoresError(
            f"Versions {one.version} and {other.version} were scored with different settings",
            expected="the same",
            act="run `evaluate` again",
        )


def _shared(one: Candidate, other: Candidate, metrics: Metrics) -> Iterable[str]:
    """Return the names of the scores that both have, in the order of the recipe's table."""
    both = one.scorecard.scores.keys() & other.scorecard.scores.keys()
    return [name for name in metrics if name in both]


def _rows(
    both: tuple[Candidate, Candidate], pairs: Pairs, metrics: Metrics, policy: Sequence[str]
) -> Iterator[dict[str, Any]]:
    one, other = both
    for name in dict.fromkeys((*policy, *metrics)):
        ours, theirs = one.scorecard.scores.get(name), other.scorecard.scores.get(name)
        if ours or theirs:
            comparable = is_number(ours) and is_number(theirs)
            apart = difference(name, one, other, pairs, metrics) if comparable else None
            scores = {
                "score": name,
                "title": metrics[name].title,
                "decides": name in policy,
                "ours": _score_values(ours),
                "theirs": _score_values(theirs),
            }
            yield {**scores, **_difference_values(apart)}


def _score_values(score: Score | None) -> dict[str, Any] | None:
    if score is None:
        return None
    numbers = {"value": score.value, "low": score.low, "high": score.high}
    return {**{key: _finite(number) for key, number in numbers.items()}, "n": score.n, "honest": score.honest}


def _difference_values(apart: Comparison | None) -> dict[str, Any]:
    if apart is None:
        return dict.fromkeys(DIFFERENCE)
    return {
        "difference": _finite(apart.difference),
        "low": _finite(apart.low),
        "high": _finite(apart.high),
        "better": apart.better,
        "enough": apart.enough,
        "equal": practically_equal(apart),
        "n": apart.n,
        "decided": apart.decided,
        "method": apart.method,
    }


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None

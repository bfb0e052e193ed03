"""Core: the order of versions by their primary scores. It has no circles."""

from collections import ChainMap, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.core.differences import Pairs, difference, gain
from components.core.metric_table import Metrics
from components.core.records import Candidate

Places = Mapping[int, tuple[int, ...]]  # by version: its place on each primary score, 0 is the best


@dataclass(frozen=True, slots=True)
class Evidence:
    """What versions are compared by: the primary scores, the paired comparisons, and the directions of scores."""

    primary: Sequence[str]
    pairs: Pairs
    metrics: Metrics


def is_better(name: str, ours: Candidate, theirs: Candidate, evidence: Evidence) -> bool:
    """Return whether ours is clearly better on a score: the difference's interval excludes 0, and the values agree.

    Values are numbers on a line, so on one score versions cannot be clearly better than each other in a circle.
    """
    if not {name} <= ours.scorecard.scores.keys() & theirs.scorecard.scores.keys():
        return False  # a recipe may measure fewer scores on the base model
    ahead = ours.scorecard.scores[name].value - theirs.scorecard.scores[name].value
    lowest_gain = gain(difference(name, ours, theirs, evidence.pairs, evidence.metrics), evidence.metrics)[1]
    return lowest_gain > 0 and evidence.metrics[name].better * ahead > 0


def beats(ours: Candidate, theirs: Candidate, evidence: Evidence) -> bool:
    """Return whether ours is clearly better on the first primary score on which the two are not tied.

    With several primary scores this is not transitive: of three versions each can beat the next. `places` is.
    """
    for name in evidence.primary:
        if is_better(name, ours, theirs, evidence):
            return True
        if is_better(name, theirs, ours, evidence):
            return False
    return False


def places(candidates: Sequence[Candidate], evidence: Evidence) -> Places:
    """Return the place of each version on each primary score. Smaller tuples are better, so this is an order.

    On a score, a version that no other is clearly better than has place 0. Any other has the place after the last of
    those that are clearly better. On the next score only versions with equal places so far are compared.
    """
    found: dict[int, tuple[int, ...]] = {candidate.version: () for candidate in candidates}
    for name in evidence.primary:
        groups: dict[tuple[int, ...], list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            groups[found[candidate.version]].append(candidate)
        placed = ChainMap(*(_on_one_score(name, group, evidence) for group in groups.values()))
        found = {version: (*before, placed[version]) for version, before in found.items()}
    return found


def first(candidates: Sequence[Candidate], order: Places) -> Candidate:
    """Return the version with the best places; of several the one with the earliest step, then the lowest number."""
    return min(candidates, key=lambda c: (order[c.version], c.step, c.version))


def _on_one_score(name: str, group: Sequence[Candidate], evidence: Evidence) -> dict[int, int]:
    better = evidence.metrics[name].better
    placed: dict[int, int] = {}
    by_value = sorted(group, key=lambda c: -better * c.scorecard.scores[name].value)
    for number, candidate in enumerate(by_value):  # whoever is clearly better has a better value, so is placed already
        ahead = [placed[c.version] for c in by_value[:number] if is_better(name, c, candidate, evidence)]
        placed[candidate.version] = max(ahead, default=-1) + 1
    return placed

"""Recipe failure_modes: the Pareto front of candidates over several scores, and its knee."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, isfinite

from components.core.errors import DataError

Points = Mapping[str, Mapping[str, float]]  # name of a candidate -> score -> value
Directions = Mapping[str, int]  # score -> +1 if higher is better, -1 if lower is better


@dataclass(frozen=True, slots=True)
class Knee:
    """The candidate that is nearest to the best value of every score, and the sentence that says so."""

    name: str
    reason: str


def pareto_front(points: Points, directions: Directions) -> tuple[str, ...]:
    """Return the names that no other candidate beats: as good in every score and better in one. Their order is kept.

    Candidates that lack a score, or have one that is not a number, are left out.
    """
    known = [name for name, scores in points.items() if all(isfinite(scores.get(s, float("nan"))) for s in directions)]
    vectors = {name: [sign * points[name][score] for score, sign in directions.items()] for name in known}
    return tuple(name for name in known if not any(_beats(vectors[other], vectors[name]) for other in known))


def knee(points: Points, directions: Directions) -> Knee:
    """Return the knee of the Pareto front: the smallest distance to the best value of every score.

    Each score is scaled to the range of the front, from 0 (best) to 1, so that units do not matter (compromise
    programming: Zeleny, Multiple criteria decision making, 1982). Of equal distances the first candidate counts.

    Raises:
        DataError: no candidate has all scores.
    """
    front = pareto_front(points, directions)
    if not front:
        names = ", ".join(directions)
        raise DataError(f"No candidate has all of {names}", expected="one at least", act="train a candidate that does")
    if len(front) == 1:
        return Knee(
            front[0], f"{front[0]} is as good as every other candidate in {_listed(tuple(directions))}, or better"
        )
    distances = {name: hypot(*(_behind(points, front, name, s, d) for s, d in directions.items())) for name in front}
    chosen = min(front, key=lambda name: distances[name])
    best = tuple(s for s, d in directions.items() if _behind(points, front, chosen, s, d) == 0)
    leads = f"it is best in {_listed(best)}, and " if best else ""
    ranking = ", ".join(f"{name} {distances[name]:.2f}" for name in sorted(front, key=lambda name: distances[name]))
    reason = f"{leads}of the front it is nearest to the best value of every score (distances: {ranking})"
    return Knee(chosen, f"{chosen} is the knee: {reason}")


def _beats(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(a >= b for a, b in zip(one, other, strict=True)) and one != other


def _behind(points: Points, front: Sequence[str], name: str, score: str, direction: int) -> float:
    """Return how far a candidate is behind the best of the front, in ranges of the front."""
    values = [direction * points[other][score] for other in front]
    spread = max(values) - min(values)
    return (max(values) - direction * points[name][score]) / spread if spread > 0 else 0.0


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

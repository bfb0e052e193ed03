"""Evaluation: targets: bounds of scores, each checked by the whole interval of its score."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from components.core.differences import deciding_n, most_examples
from components.core.records import Score
from components.evaluation.report.formatting import is_finite, is_share, number
from components.evaluation.report.inputs import ReportInputs, Target
from components.evaluation.subjects import Subject


@dataclass(frozen=True)
class Check:
    name: str
    metric: str
    asked: str
    outcome: Literal["pass", "fail", "cannot say"]
    why: str
    score: Score | None
    needed: str = ""  # what would let it be said
    asked_of_all: bool = False  # it cannot be said of any subject, for a reason that has nothing to do with its score


def checklist(inputs: ReportInputs, subject: Subject[Any]) -> list[Check]:
    """Return every target's outcome for one subject: pass or fail only if the whole interval is on one side."""
    return [_check(name, target, inputs, subject) for name, target in inputs.targets.items()]


def _check(name: str, target: Target, inputs: ReportInputs, subject: Subject[Any]) -> Check:
    score = _measured(target, inputs, subject)
    asked = _asked(target, score, inputs)
    obstacle = _cannot_check(target, score, inputs)
    if score is None or obstacle:
        why, needed = obstacle or ("not measured", "")
        of_all = all(_cannot_check(target, _measured(target, inputs, other), inputs) for other in inputs.subjects)
        return Check(name, target.metric, asked, "cannot say", why, score, needed, of_all)
    bound = _bound(target, score)
    near, far = (score.low, score.high) if target.side > 0 else (score.high, score.low)
    if target.side * near > target.side * bound:
        return Check(name, target.metric, asked, "pass", "the whole interval is on the good side", score)
    if target.side * far < target.side * bound:
        return Check(name, target.metric, asked, "fail", "the whole interval is on the bad side", score)
    needed = _enough(score, bound, inputs)
    return Check(name, target.metric, asked, "cannot say", "the interval includes the bound", score, needed)


def unsaid(inputs: ReportInputs) -> list[dict[str, Any]]:
    """Return the targets that cannot be checked for any subject, grouped by what would let it be said."""
    groups: dict[tuple[str, str], list[str]] = {}
    for check in (check for check in checklist(inputs, inputs.subjects[-1]) if check.asked_of_all):
        groups.setdefault((check.why, check.needed), []).append(check.name)
    return [{"targets": names, "why": why, "needed": needed} for (why, needed), names in groups.items()]


def _enough(score: Score, bound: float, inputs: ReportInputs) -> str:
    """Return how many examples would show on which side of the bound the score is, if that is a practical number."""
    reach = score.value - score.low if score.value > bound else score.high - score.value
    number = deciding_n(score.n, reach, abs(score.value - bound))
    if number is None or number > most_examples(score.n):
        return "the score is at the bound for practical purposes"
    return f"about {number:,} {inputs.noun.many} would decide"


def _measured(target: Target, inputs: ReportInputs, subject: Subject[Any]) -> Score | None:
    if not target.rated:
        return subject.card.scores.get(target.metric)
    rated = [r for r in inputs.ratings if r.question == target.metric and r.digest == subject.digest]
    return Score(rated[0].mean, rated[0].n, rated[0].low, rated[0].high) if rated else None


def _cannot_check(target: Target, score: Score | None, inputs: ReportInputs) -> tuple[str, str] | None:
    """Return why the score cannot be compared with its bound and what would change that, or None."""
    if score is None and target.rated:
        return "nobody rated it", "answers of people"
    if score is None:
        return inputs.left_out.get(target.metric, "not measured"), "measuring it: the reason says what is missing"
    many, enough = inputs.noun.many, f"{score.smallest_n:,} {inputs.noun.many}" if score.smallest_n else ""
    obstacles: Mapping[tuple[str, str], bool] = {
        (
            f"the bound was set for {target.extractor}, this is {score.extractor or 'no extractor'}",
            f"an evaluation with {target.extractor}",
        ): not score.extractor.startswith(target.extractor),
        (f"there is no score of real {many}", f"the score of real {many}"): target.of_floor
        and not is_finite(score.floor),
        (f"{score.n} {many} are too few", enough): not score.honest,
        ("it has no interval", f"more {many}"): not (is_finite(score.low) and is_finite(score.high)),
        (inputs.unfit.get(target.metric, ""), f"a measure that is right on real {many}"): target.metric in inputs.unfit,
        (
            f"real {many} do not reach it either, so the bound says nothing here",
            f"a bound that real {many} reach",
        ): _out_of_reach(target, score),
    }
    return next((reason for reason, holds in obstacles.items() if holds), None)


def _out_of_reach(target: Target, score: Score) -> bool:
    """Return whether real examples, scored in the same way, are on the bad side of the bound."""
    floor = score.floor
    return not target.of_floor and floor is not None and is_finite(floor) and target.side * (floor - target.bound) < 0


def _bound(target: Target, score: Score) -> float:
    return target.bound * score.floor if target.of_floor and score.floor is not None else target.bound


def _asked(target: Target, score: Score | None, inputs: ReportInputs) -> str:
    sign = ">" if target.side > 0 else "<"
    scale, unit = (100.0, " %") if is_share(target.metric, inputs.metrics) else (1.0, "")
    if not target.of_floor:
        return f"{sign} {number(target.bound, scale)}{unit}"
    share = f"{number(target.bound, 100.0)} % of real {inputs.noun.many}'"
    known = score is not None and is_finite(score.floor)
    return f"{sign} {share}" + (f" ({number(_bound(target, score), scale)}{unit})" if score and known else "")

"""Evaluation: what was asked of the pictures, in figures, each judged by its whole interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from components.core.records import Score
from components.evaluation.report.formatting import is_finite, is_share, number
from components.evaluation.report.inputs import Material, Subject

REALISM = "realism"  # the question that people answer from 1 to 5


@dataclass(frozen=True)
class Target:
    """A bound that a score must lie above (+1) or below (-1). With `of_floor` it is a share of real pictures' score.

    `judge` is how the name of the extractor begins that the bound was set for; `head` the attribute whose classifier
    must be usable.
    """

    metric: str
    side: int
    bound: float
    judge: str = ""
    head: str = ""
    of_floor: bool = False


@dataclass(frozen=True)
class Check:
    name: str
    metric: str
    asked: str
    outcome: Literal["pass", "fail", "cannot say"]
    why: str
    score: Score | None


KEPT = 0.9  # non-inferiority: a tenth less diverse than real pictures still counts as kept. A choice of ours.

TARGETS: Mapping[str, Target] = {
    "White background": Target("white_background", +1, 0.95),
    "Product in the middle": Target("centred", +1, 0.90),
    "Diversity kept (recall)": Target("recall", +1, KEPT, of_floor=True),
    "Diversity kept (coverage)": Target("coverage", +1, KEPT, of_floor=True),
    "FID, minimum": Target("fid", -1, 80, judge="inception"),
    "FID, target": Target("fid", -1, 50, judge="inception"),
    "FID, excellent": Target("fid", -1, 30, judge="inception"),
    "Inception score": Target("inception_score", +1, 5, judge="inception"),
    "Picture fits its prompt (CLIP)": Target("clip_score", +1, 0.25, judge="clip"),
    "Right type of product": Target("article_agreement", +1, 0.85, head="article"),
    "Attributes as asked": Target("attribute_agreement", +1, 0.90),
    "Picture and text match": Target("text_match", +1, 0.80),
    "Realism, of 5, by people": Target(REALISM, +1, 3.5),
}


def checklist(material: Material, subject: Subject) -> list[Check]:
    """Return every target's outcome for one subject: pass or fail where the whole interval is on one side."""
    return [_check(name, target, material, subject) for name, target in TARGETS.items()]


def _check(name: str, target: Target, material: Material, subject: Subject) -> Check:
    score = _measured(target, material, subject)
    asked = _asked(target, score)
    obstacle = _obstacle(target, score, material)
    if score is None or obstacle:
        return Check(name, target.metric, asked, "cannot say", obstacle, score)
    bound = _bound(target, score)
    near, far = (score.low, score.high) if target.side > 0 else (score.high, score.low)
    if target.side * near > target.side * bound:
        return Check(name, target.metric, asked, "pass", "the whole interval is on the good side", score)
    if target.side * far < target.side * bound:
        return Check(name, target.metric, asked, "fail", "the whole interval is on the bad side", score)
    return Check(name, target.metric, asked, "cannot say", "the interval includes the bound", score)


def _measured(target: Target, material: Material, subject: Subject) -> Score | None:
    if target.metric != REALISM:
        return subject.card.scores.get(target.metric)
    rated = [r for r in material.ratings if r.question == REALISM and r.digest in subject.known_as]
    return Score(rated[0].mean, rated[0].n, rated[0].low, rated[0].high) if rated else None


def _obstacle(target: Target, score: Score | None, material: Material) -> str:
    """Return why the score can be held against no bound, or nothing."""
    if score is None:
        asked = "no person was asked" if target.metric == REALISM else "not measured"
        return material.left_out.get(target.metric, asked)
    head = material.heads.get(target.head)
    obstacles = {
        f"the bound was set for {target.judge}, this is {score.extractor or 'no extractor'}": (
            not score.extractor.startswith(target.judge)
        ),
        "there is no score of real pictures": target.of_floor and not is_finite(score.floor),
        f"{score.n} pictures are too few": not score.honest,
        "it has no interval": not (is_finite(score.low) and is_finite(score.high)),
        f"the classifier of {target.head} is not good enough on real pictures": head is not None and not head.usable,
        "no classifier of attributes is good enough on real pictures": _blind(target, material),
        "real pictures do not reach it either, so that the bound tells nothing here": _out_of_reach(target, score),
    }
    return next((reason for reason, holds in obstacles.items() if holds), "")


def _blind(target: Target, material: Material) -> bool:
    heads = material.heads.values()
    return target.metric == "attribute_agreement" and bool(heads) and not any(head.usable for head in heads)


def _out_of_reach(target: Target, score: Score) -> bool:
    """True where real pictures, scored likewise, lie on the bad side of the bound."""
    floor = score.floor
    return not target.of_floor and floor is not None and is_finite(floor) and target.side * (floor - target.bound) < 0


def _bound(target: Target, score: Score) -> float:
    return target.bound * score.floor if target.of_floor and score.floor is not None else target.bound


def _asked(target: Target, score: Score | None) -> str:
    sign = ">" if target.side > 0 else "<"
    scale, unit = (100.0, " %") if is_share(target.metric) else (1.0, "")
    if not target.of_floor:
        return f"{sign} {number(target.bound, scale)}{unit}"
    share = f"{number(target.bound, 100.0)} % of real pictures'"
    known = score is not None and is_finite(score.floor)
    return f"{sign} {share}" + (f" ({number(_bound(target, score), scale)}{unit})" if score and known else "")

"""Tests: inputs of a report with coloured squares as pictures, and scores that get worse after step 1000."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from components.core.records import BASE, Comparison, RatingSummary, Score, Scorecard
from components.evaluation.report import ReportInputs
from components.evaluation.subjects import Role, Subject, Work
from components.recipes.product_images.evaluate.panels import ClassifierAccuracy, Neighbour
from components.recipes.product_images.evaluate.write_report import PictureReport, with_pictures

INCEPTION, CLIP = "inception-v3@0123456789ab", "clip-vit-b-32@abcdef012345"
COLOURS = {"white": (235, 235, 235), "black": (30, 30, 34), "red": (190, 40, 50), "navy blue": (30, 50, 110)}
PROMPTS = [f"A professional product photo of {c} casual shoes, white background" for c in COLOURS]
METHOD = "bootstrap over prompts, 95 %, corrected for 3 looks"
N = 128


def report_of(
    steps: Sequence[int] = (500, 1000, 1500), production: bool = True, pictures: PictureReport | None = None
) -> ReportInputs:
    """Return the inputs of a report on pictures of these steps, with a version in production (step 900) or none."""
    general = without_pictures(steps, production)
    return with_pictures(general, pictures or pictures_of(general))


def without_pictures(steps: Sequence[int] = (500, 1000, 1500), production: bool = True) -> ReportInputs:
    """Return the inputs that every recipe's report has."""
    subjects = [subject("base", 0, 0.0), *(subject("checkpoint", step, quality(step)) for step in steps)]
    if production:
        subjects.insert(1, subject("production", 900, 0.83))
    return ReportInputs(
        model="casual-shoes",
        about="Casual shoes on white, a LoRA on Stable Diffusion 1.5.",
        snapshot="3f9a1c2b7d10",
        split="validation",
        subjects=subjects,
        comparisons=[c for i, a in enumerate(subjects) for b in subjects[:i] for c in compared(a, b)],
        primary=["kid", "clip_score"],
        looks=[32, 64, N],
        budget=N,
        extractors={"pictures": INCEPTION, "picture and text": CLIP},
        left_out={
            "inception_score": "needs 1,000 pictures and 128 were generated",
            "lpips_diversity": "no weights at hand",
        },
        ratings=[
            RatingSummary(subjects[-1].digest, "realism", 3.9, 3.6, 4.2, 96, 0.41),
            RatingSummary(subjects[0].digest, "realism", 2.4, 2.1, 2.7, 96, None),
        ],
        test=Scorecard(subjects[-1].card.subject, "3f9a1c2b7d10", "test", scores(0.8)),
        seconds={"generating": 2391.4, "scoring": 71.2, "comparing": 9.6},
        settings={"pictures": N, "sampling": {"steps": 25, "guidance": 7.5}, "seed": 42, "device": "cuda"},
    )


def pictures_of(inputs: ReportInputs) -> PictureReport:
    """Return pictures and neighbours of the subjects, and three classifiers of which one is not usable."""
    return PictureReport(
        prompts=PROMPTS,
        shown=[torch.stack([square(i, s.outputs) for i in range(len(PROMPTS))]) for s in inputs.subjects],
        nearest=[[neighbour(i, s.outputs) for i in range(3)] for s in inputs.subjects],
        classifiers={
            "article": ClassifierAccuracy(0.93, 0.9, 0.95, 400, 0.4, True),
            "colour": ClassifierAccuracy(0.81, 0.77, 0.85, 400, 0.31, True),
            "gender": ClassifierAccuracy(0.62, 0.57, 0.67, 400, 0.58, False),
        },
    )


def neighbour(number: int, good: float) -> Neighbour:
    return Neighbour(square(number, good), square(number, 1.0), f"1{number}042.jpg", 0.21 + 0.1 * number, number == 0)


def subject(role: Role, step: int, good: float) -> Subject[float]:
    """Return a subject that is this good, from 0 (the base) to 1 (as real pictures)."""
    name = BASE if role == "base" else f"step-{step}"
    return Subject(
        step=step,
        digest=BASE if role == "base" else f"{role[:2]}{step:010d}",
        role=role,
        card=Scorecard(name, "3f9a1c2b7d10", "validation", scores(good)),
        outputs=good,
        slices={"colour": sliced(good), "brand": {"Nike": {"clip_score": measured(0.29, 0.02, n=9, honest=False)}}},
        work=Work(410.0, 96, 32),
    )


def quality(step: int) -> float:
    return 0.9 - abs(step - 1000) / 2000


def scores(good: float) -> dict[str, Score]:
    return {
        "fid": measured(150 - 80 * good, 9, INCEPTION, floor=48.0, honest=False),
        "kid": measured(0.06 - 0.05 * good, 0.006, INCEPTION, floor=0.0004),
        "clip_score": measured(0.24 + 0.06 * good, 0.006, CLIP, floor=0.302),
        "recall": measured(0.2 + 0.5 * good, 0.08, INCEPTION, floor=0.66),
        "coverage": measured(0.3 + 0.5 * good, 0.07, INCEPTION, floor=0.8),
        "white_background": measured(0.4 + 0.59 * good, 0.02),
        "centred": measured(0.7 + 0.2 * good, 0.04),
        "article_agreement": measured(0.6 + 0.36 * good, 0.04),
        "attribute_agreement": measured(0.5 + 0.4 * good, 0.05),
        "memorised": measured(0.02 * good, 0.01),
    }


def measured(
    value: float, half: float, extractor: str = "", floor: float | None = None, n: int = N, honest: bool = True
) -> Score:
    return Score(value, n, max(0.0, value - half), value + half, extractor, floor, honest)


def sliced(good: float) -> dict[str, dict[str, Score]]:
    counts = {"white": 48, "black": 44, "red": 29, "navy blue": 7}
    return {
        colour: {
            "clip_score": measured(0.25 + 0.05 * good, 0.5 / n, CLIP, n=n, honest=n >= 16),
            "colour_agreement": measured(0.5 + 0.4 * good, 0.9 / n, n=n, honest=n >= 16),
        }
        for colour, n in counts.items()
    }


def compared(ours: Subject[float], theirs: Subject[float]) -> list[Comparison]:
    """Return the comparison of two subjects on the primary metrics, with intervals as wide as their scores' are."""
    return [
        versus(ours, theirs, "kid", ours.card.scores["kid"].value - theirs.card.scores["kid"].value, 0.007),
        versus(
            ours,
            theirs,
            "clip_score",
            ours.card.scores["clip_score"].value - theirs.card.scores["clip_score"].value,
            0.008,
        ),
    ]


def versus(ours: Subject[float], theirs: Subject[float], metric: str, difference: float, half: float) -> Comparison:
    good = -difference if metric == "kid" else difference
    better = min(0.999, max(0.001, 0.5 + 0.5 * good / half))
    enough = None if abs(difference) > half or not difference else round(N * (half / abs(difference)) ** 2)
    return Comparison(
        metric, ours.digest, theirs.digest, difference, difference - half, difference + half, better, N, enough, METHOD
    )


def square(number: int, good: float, side: int = 64) -> Tensor:
    """Return a coloured square on paper that is the whiter the better."""
    picture = torch.full((3, side, side), round(120 + 135 * good), dtype=torch.uint8)
    inner = slice(side // 4, 3 * side // 4)
    picture[:, inner, inner] = torch.tensor(list(COLOURS.values())[number % len(COLOURS)], dtype=torch.uint8)[
        :, None, None
    ]
    return picture


def slim(whole: ReportInputs) -> ReportInputs:
    """Keep the primary scores alone, so that few curves are plotted."""
    kept = [
        replace(s, card=replace(s.card, scores={name: s.card.scores[name] for name in whole.primary}))
        for s in whole.subjects
    ]
    return replace(whole, subjects=kept)

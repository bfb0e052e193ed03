"""Benchmarks: prints the results of the nested cross-validation, and gives them as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

import numpy as np
import typer

from benchmarks.failure_modes.nested import PRECISION, SCORES, Result, Results
from benchmarks.failure_modes.other_comments import OtherComments
from components.core.records import Score
from components.metrics.classified import resampled_weights
from components.metrics.f1 import f1_macro, f1_micro
from components.metrics.set_scores import set_difference
from components.recipes.failure_modes.analysis.abstention import Share
from components.recipes.failure_modes.analysis.keyword_rules import KeywordRules

BASELINE = "logistic-regression"


def print_table(results: Results) -> None:
    typer.echo(f"{results.n} comments, nested cross-validation, 95 % intervals\n")
    typer.echo(
        f"{'candidate':<26}" + "".join(f"{name:>24}" for name in SCORES) + f"{'answered at 90 %':>28}{'CPU s':>8}"
    )
    for name, result in results.by_candidate.items():
        cells = "".join(f"{_interval(result.scores[score]):>24}" for score in SCORES)
        typer.echo(f"{name:<26}{cells}{_interval(result.answered):>28}{result.seconds:>8.1f}")
    for name, reason in results.skipped.items():
        typer.echo(f"{name:<26}skipped: {reason}")
    for score, gap in differences(results).items():
        typer.echo(f"{results.best} against {BASELINE}, {score}: {gap[0]:+.3f} ({gap[1]:+.3f} to {gap[2]:+.3f})")
    best = results.by_candidate[results.best]
    typer.echo(f"At {PRECISION:.0%} asked, {_interval(best.precision)} of the answers of {results.best} are right.\n")


def print_partitions(name: str, found: Sequence[Result]) -> None:
    """Print what one candidate reaches in several partitions: the mean, and the lowest and the highest."""
    values = {
        "micro F1": [result.scores["f1_micro"].value for result in found],
        "macro F1 of all rows": [result.scores["f1_macro"].value for result in found],
        "mean macro F1 of the folds": [result.folds_macro for result in found],
    }
    typer.echo(f"\n{name} in {len(found)} partitions into five folds:")
    for what, each in values.items():
        typer.echo(f"  {what:<28}{np.mean(each):.3f} ({min(each):.3f} to {max(each):.3f})")


def differences(results: Results) -> dict[str, tuple[float, float, float]]:
    """Return the paired differences of the best candidate and the plain logistic regression."""
    if BASELINE not in results.by_candidate or results.best == BASELINE:
        return {}
    ours, theirs = results.by_candidate[results.best].found, results.by_candidate[BASELINE].found
    weights = resampled_weights(np.arange(results.n), seed=1)
    return {
        name: set_difference(compute, ours, theirs, weights)
        for name, compute in (("f1_micro", f1_micro), ("f1_macro", f1_macro))
    }


def as_json(results: Results, rules: Mapping[str, KeywordRules], others: Sequence[OtherComments]) -> dict[str, Any]:
    return {
        "n": results.n,
        "best": results.best,
        "candidates": {
            name: {
                **{score: _numbers(value) for score, value in result.scores.items()},
                "answered": _numbers(result.answered),
                "precision": _numbers(result.precision),
                "seconds": round(result.seconds, 1),
                "folds_macro": round(result.folds_macro, 4),
            }
            for name, result in results.by_candidate.items()
        },
        "skipped": dict(results.skipped),
        "differences": {name: [round(x, 4) for x in gap] for name, gap in differences(results).items()},
        "keyword_rules": {
            file: {"explained": found.explained, "accuracy": _numbers(found.accuracy), "words": len(found.words)}
            for file, found in rules.items()
        },
        "other_comments": [asdict(other) for other in others],
    }


def _interval(score: Score | Share) -> str:
    return f"{score.value:.3f} ({score.low:.3f}-{score.high:.3f})"


def _numbers(score: Score | Share) -> list[float | None]:
    """Return value and interval; JSON has no NaN."""
    return [round(value, 4) if isfinite(value) else None for value in (score.value, score.low, score.high)]

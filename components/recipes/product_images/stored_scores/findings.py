"""Product images: the means of stored scores without side files, and what these scores cannot decide."""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, variance
from typing import Any

from scipy.special import stdtrit

from components.core.metric_table import METRICS
from components.recipes.product_images.stored_scores.read import Record

INCEPTION = 2048  # features of Inception-v3, the usual extractor of FID
LARGEST_COSINE = 1.0  # scores above 1 are 100 x cosine, as torchmetrics gives them


def findings(records: Sequence[Record]) -> list[str]:
    """Return sentences about each record without side files, and about what the records cannot decide."""
    return [*(_sentence(record) for record in records), *_ranking_by_fid(records), *_ranking_by_clip(records)]


def record_json(record: Record) -> dict[str, Any]:
    """Return a record with its means for JSON; means have the record's own scale."""
    mean, low, high = _interval(record.pictures)
    return {
        "subject": record.subject,
        "fid": record.fid,
        "entries": len(record.scores or ()),
        "side_files": record.side_files,
        "stored_mean": record.stored_mean,
        "pictures": len(record.pictures),
        "mean": mean,
        "low": low,
        "high": high,
        "cosine": None if mean is None else mean / _unit(record.pictures),
        "sentence": _sentence(record),
    }


def _sentence(record: Record) -> str:
    mean, low, high = _interval(record.pictures)
    names = f"; of its {record.named} names {record.named_sides} begin with ._" if record.named else ""
    fid = f"; FID {record.fid:.2f}" if record.fid is not None else ""
    if record.scores is None:
        return f"{record.subject}: no scores of single pictures, so side files cannot be found{names}{fid}."
    if mean is None:
        return f"{record.subject}: none of the {len(record.scores)} entries is a picture{names}{fid}."
    sides = f"{record.side_files or 'none'} of them side files"
    stored = f"CLIP mean {_mean(record):.2f} over {len(record.scores)} entries, {sides}"
    interval = "" if low is None else f"{low:.2f} to {high:.2f}, "
    cosine = f"{mean / _unit(record.pictures):.3f} as a cosine"
    return (
        f"{record.subject}: {stored}; {mean:.2f} over {len(record.pictures)} pictures ({interval}{cosine}){names}{fid}."
    )


def _ranking_by_fid(records: Sequence[Record]) -> list[str]:
    """Say whether the two best FIDs decide, at the numbers of pictures that were really scored."""
    best = sorted((r for r in records if r.fid is not None), key=lambda r: r.fid or 0.0)[:2]
    smallest = METRICS["fid"].smallest_honest_n(INCEPTION)
    counts = [len(r.pictures) or r.claimed or 0 for r in best]
    if len(best) < 2 or min(counts) >= smallest:
        return []
    (first, second), n = best, min(counts)
    return [
        f"FID {first.fid:.2f} ({first.subject}) against {second.fid:.2f} ({second.subject}): n = {n} cannot rank; "
        f"on {INCEPTION:,} features FID needs {smallest:,} pictures."
    ]


def _ranking_by_clip(records: Sequence[Record]) -> list[str]:
    """Say what Welch's interval decides about the difference of the two best CLIP means."""
    best = sorted((r for r in records if len(r.pictures) > 1), key=lambda r: -(_interval(r.pictures)[0] or 0.0))
    return [_clip_gap(first, second) for first, second in list(pairwise(best))[:1]]


def _clip_gap(first: Record, second: Record) -> str:
    gap = fmean(first.pictures) - fmean(second.pictures)
    reach = _reach(first.pictures, second.pictures)
    verdict = "undecided" if abs(gap) <= reach else f"{first.subject} is better"
    return (
        f"CLIP mean of {first.subject} minus that of {second.subject}, the next: {gap:.2f}, "
        f"95 % {gap - reach:.2f} to {gap + reach:.2f}: {verdict}."
    )


def _interval(scores: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    """Return the mean and its 95 % interval, None if there are too few scores."""
    if len(scores) < 2:
        return (scores[0] if scores else None), None, None
    mean, reach = fmean(scores), _reach(scores)
    return mean, mean - reach, mean + reach


def _reach(*sets: Sequence[float]) -> float:
    """Return half the 95 % interval of a mean, or of the difference of two means, of independent scores.

    Source: Welch, The generalization of Student's problem (1947); for one set it is Student's interval.
    """
    squares = [variance(scores) / len(scores) for scores in sets]
    if not any(squares):
        return 0.0
    freedom = sum(squares) ** 2 / sum(s**2 / (len(scores) - 1) for s, scores in zip(squares, sets, strict=True))
    return float(stdtrit(freedom, 0.975)) * math.sqrt(sum(squares))


def _mean(record: Record) -> float:
    scores = record.scores or ()
    return record.stored_mean if record.stored_mean is not None else sum(scores) / len(scores)


def _unit(scores: Sequence[float]) -> float:
    return 100.0 if max(map(abs, scores)) > LARGEST_COSINE else 1.0

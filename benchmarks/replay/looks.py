"""Benchmarks / replay: one look of the monitor: new rows against those that Production was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.replay.pictures import Facts
from benchmarks.replay.rows import Row
from components.core.drift_policy import DriftPolicy
from components.core.seeds import derive_seed
from components.drift.columns import Column, ColumnDrift, column_drifts
from components.drift.kernel_test import SMALLEST, compare_embeddings
from components.drift.verdict import DriftState, DriftVerdict, drift_verdict

TEXTS = ("colour", "gender", "season", "brand")


@dataclass(frozen=True, slots=True)
class Look:
    """The verdict, and every column that alone would give DRIFT: the verdict names the least probable one."""

    verdict: DriftVerdict
    drifting: tuple[str, ...]


def look_at(look: int, known: Sequence[Row], new: Sequence[Row], facts: Facts, policy: DriftPolicy, seed: int) -> Look:
    """Return what the look of this number since the promotion finds."""
    drifts = column_drifts(columns_of(known, facts), columns_of(new, facts))
    if len(new) >= max(SMALLEST, policy.smallest_n):
        ours, theirs = (facts.embeddings[[row.number for row in rows]] for rows in (known, new))
        drifts.append(compare_embeddings("picture", ours, theirs, derive_seed(seed, "look", look)))
    found = drift_verdict(look, drifts, [], policy)
    drifting = [drift.column for drift in drifts if _alone(look, drift, drifts, policy) == DriftState.DRIFT]
    return Look(found, tuple(sorted(drifting)))


def columns_of(rows: Sequence[Row], facts: Facts) -> dict[str, Column]:
    """Return the columns that the product's monitor compares, as far as drawn products have them."""
    numbers = [row.number for row in rows]
    texts: dict[str, Column] = {name: [getattr(row, name) for row in rows] for name in TEXTS}
    return texts | {
        "white_background": [facts.border[number] for number in numbers],
        "brightness": [facts.brightness[number] for number in numbers],
        "sharpness": facts.sharp[numbers].log1p().tolist(),
    }


def _alone(look: int, drift: ColumnDrift, drifts: Sequence[ColumnDrift], policy: DriftPolicy) -> DriftState:
    """Return the verdict on one column among as many comparisons, in none of the others of which anything changed."""
    others = [replace(other, p=1.0, distance=0.0) for other in drifts if other is not drift]
    return drift_verdict(look, [drift, *others], [], policy).state

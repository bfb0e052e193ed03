"""Benchmarks: scores of one candidate's proposals against held-out rows: distances, a classifier, paths, copies."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

import numpy as np

from benchmarks.product_attributes.rows import COLUMNS, PATH, Parted
from components.metrics.total_variation import total_variation
from components.metrics.two_samples import c2st, tell_apart
from components.recipes.product_attributes.candidates import LADDER
from components.recipes.product_attributes.candidates.model import Training
from components.recipes.product_attributes.candidates.settings import LadderSettings
from components.recipes.product_attributes.rows.encoding import Codes
from components.recipes.product_attributes.rows.uniforms import uniforms

FOLDS, BATCH = 3, 2048
BAR_C2ST, BAR_PAIRS = 0.518, 0.048  # of a chain of smoothed conditionals, measured elsewhere on such a partition
REAL = "real rows"


@dataclass(frozen=True, slots=True)
class Scores:
    """Of `columns` and `pairs` the mean total variation; of `c2st` the AUC; the other two are shares of the rows."""

    columns: float
    pairs: float
    c2st: float
    valid: float  # rows whose path of categories the training has
    repeated: float  # rows that occur among the held-out ones

    @property
    def reaches_the_bar(self) -> bool:
        """Whether both scores are at most those of the bar, in the digits that it has."""
        return round(self.c2st, 3) <= BAR_C2ST and round(self.pairs, 3) <= BAR_PAIRS


def score_candidate(name: str, rows: Parted, count: int, settings: LadderSettings, seed: int) -> Scores:
    """Fit one candidate, and score as many first proposals of it; `real rows` are rows of the training instead."""
    if name == REAL:
        return score(rows.train[:count], rows, seed)
    return score(proposals(name, rows, count, settings, seed), rows, seed)


def proposals(name: str, rows: Parted, count: int, settings: LadderSettings, seed: int) -> Codes:
    model = LADDER[name].fit(Training(rows.train, rows.encoding.sizes, settings, seed))
    numbers = uniforms(range(count), seed, model.uniforms)
    return np.concatenate([model.propose({}, numbers[at : at + BATCH])[0] for at in range(0, count, BATCH)])


def score(codes: Codes, rows: Parted, seed: int) -> Scores:
    real, sizes = rows.held_out, rows.encoding.sizes
    once = np.ones((1, len(codes))), np.ones((1, len(real)))
    columns = [total_variation(codes[:, k], real[:, k], *once)[0] for k in range(len(sizes))]
    pairs = [
        total_variation(codes[:, a] * sizes[b] + codes[:, b], real[:, a] * sizes[b] + real[:, b], *once)[0]
        for a, b in combinations(range(len(sizes)), 2)
    ]
    told = tell_apart(codes.astype(float), real.astype(float), np.ones(len(sizes), dtype=bool), FOLDS, seed)
    path = [COLUMNS.index(name) for name in PATH]
    return Scores(
        columns=float(np.mean(columns)),
        pairs=float(np.mean(pairs)),
        c2st=float(c2st(*told, *once)[0]),
        valid=_share_known(codes[:, path], rows.train[:, path]),
        repeated=_share_known(codes, real),
    )


def mean_of(found: Sequence[Scores]) -> Scores:
    return Scores(*np.mean([list(asdict(one).values()) for one in found], axis=0).tolist())


def _share_known(codes: Codes, known: Codes) -> float:
    keys = {row.tobytes() for row in np.ascontiguousarray(known)}
    return float(np.mean([row.tobytes() in keys for row in np.ascontiguousarray(codes)]))

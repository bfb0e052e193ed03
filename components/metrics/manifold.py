"""Metrics: where two sets of features lie in one another: precision and recall, density and coverage."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from components.core.records import Score
from components.metrics import METRICS
from components.metrics.intervals import Clusters, deal_both, jackknife_interval

NEAREST = 3  # neighbours that make a ball for precision and recall (Kynkaanniemi et al. 2019 use 3)
NEAREST_DENSITY = 5  # and for density and coverage (Naeem et al. 2020 use 5)
NAMES = ("precision", "recall", "density", "coverage")


@dataclass(frozen=True, slots=True)
class Distances:
    """Distances of N generated and M real pictures' features, infinite from each to itself."""

    generated: Tensor  # (N, N)
    real: Tensor  # (M, M)
    across: Tensor  # (N, M)

    def kept(self, generated: Tensor, real: Tensor) -> "Distances":
        """Return the distances among the pictures that are kept, (N,) and (M,) booleans."""
        return replace(
            self,
            generated=self.generated[generated][:, generated],
            real=self.real[real][:, real],
            across=self.across[generated][:, real],
        )


def manifold_scores(
    generated: Tensor, real: Tensor, others: Tensor, extractor: str, clusters: Clusters, seed: int
) -> dict[str, Score]:
    """Return precision, recall, density and coverage.

    Precision is the share of generated pictures that lie in a ball around a real one, which reaches to its third
    neighbour, and recall the same the other way round (Kynkaanniemi et al., Improved precision and recall metric for
    assessing generative models, 2019). Density counts in how many balls a generated picture lies, over their
    neighbours, and coverage the share of real balls with a generated picture (Naeem et al., Reliable fidelity and
    diversity metrics for generative models, 2020). All grow with the number of pictures: compare at equal n.

    Args:
        generated: (N, width) features.
        real: (M, width) features of the reference pictures.
        others: (K, width) features of other real pictures, the first N of which give the floor.
        extractor: the label of what computed the features.
        clusters: which caption each generated picture was drawn from, and which each real one has.
        seed: decides the groups of the jackknife.
    """
    distances = _distances(generated, real)
    values, groups = _values(distances), deal_both(clusters, seed)
    kept = [(groups[0] != g, groups[1] != g) for g in range(1 + int(torch.cat(groups).max()))]
    left_out = torch.stack([_values(distances.kept(*which)) for which in kept])
    floors = _values(_distances(others[: len(generated)], real)) if len(others) > 1 else None
    sizes = len(generated), len(real)
    return {
        name: _score(
            name, float(values[i]), left_out[:, i], extractor, None if floors is None else float(floors[i]), sizes
        )
        for i, name in enumerate(NAMES)
    }


def _score(
    name: str, value: float, left_out: Tensor, extractor: str, floor: float | None, sizes: tuple[int, int]
) -> Score:
    metric, (low, high) = METRICS[name], jackknife_interval(value, left_out)
    smallest = metric.smallest_honest_n(0)
    return Score(
        value=value,
        n=sizes[0],
        low=max(low, metric.low),
        high=min(high, metric.high),
        extractor=extractor,
        floor=floor,
        honest=min(sizes) >= smallest,
        smallest_n=smallest,
    )


def _values(distances: Distances) -> Tensor:
    """Return (4,) precision, recall, density and coverage."""
    in_real = distances.across <= _radii(distances.real, NEAREST)
    in_generated = distances.across <= _radii(distances.generated, NEAREST)[:, None]
    balls = distances.across <= _radii(distances.real, NEAREST_DENSITY)
    density = balls.double().sum(1).mean() / NEAREST_DENSITY
    shares = [part.double().mean() for part in (in_real.any(1), in_generated.any(0))]
    return torch.stack([*shares, density, balls.any(0).double().mean()])


def _radii(distances: Tensor, nearest: int) -> Tensor:
    """Return (N,) how far away the nearest-th neighbour of each is; the farthest of fewer."""
    return distances.kthvalue(max(1, min(nearest, len(distances) - 1)), 1).values


def _distances(generated: Tensor, real: Tensor) -> Distances:
    a, b = generated.double(), real.double()
    within_a, within_b = (torch.cdist(values, values).fill_diagonal_(torch.inf) for values in (a, b))
    return Distances(within_a, within_b, torch.cdist(a, b))

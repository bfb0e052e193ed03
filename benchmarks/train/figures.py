"""Benchmarks: the figures of one size and precision, whether they reach what is aimed at, and their table."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.train.measure import Cost
from benchmarks.train.ways import CACHED, OURS, USUAL, WITHOUT

# The least speedup of the product over each way, by size and precision.
AIMS: Mapping[str, Mapping[str, float]] = {
    "tiny fp32": {USUAL: 2.2, WITHOUT: 1.7, CACHED: 1.1},
    "sd15 fp32": {USUAL: 1.9, WITHOUT: 1.45, CACHED: 1.05},
    "sd15 bf16": {USUAL: 1.35},
}
# The largest difference of two losses of a step. In bf16 the usual loops round the latents, which the product keeps in
# fp32, and a difference in the last of its 8 bits is 0.4 %.
SAME_LOSS: Mapping[str, float] = {"fp32": 1e-4, "bf16": 2e-2}


@dataclass(frozen=True)
class Figures:
    """What was measured with one size in one precision. Speedups are those of the product over each way."""

    size: str
    precision: str
    costs: Mapping[str, Cost]
    peak_flops: float  # a second
    peak_memory: float  # bytes
    checkpoint_bytes: int  # of the product

    @property
    def name(self) -> str:
        return f"{self.size} {self.precision}"

    @property
    def speedups(self) -> Mapping[str, float]:
        return {name: cost.seconds / self.costs[OURS].seconds for name, cost in self.costs.items()}

    @property
    def apart(self) -> float:
        """The largest difference between the losses of the product and of any way at the same step."""
        ours = self.costs[OURS].losses
        return max(abs(a - b) for cost in self.costs.values() for a, b in zip(cost.losses, ours, strict=True))

    @property
    def shares(self) -> Mapping[str, float]:
        """The share of the limit at which each way computes."""
        return {name: cost.flops / cost.seconds / self.peak_flops for name, cost in self.costs.items()}

    @property
    def same_losses(self) -> bool:
        return self.apart <= SAME_LOSS[self.precision]

    @property
    def fast_enough(self) -> bool:
        return all(self.speedups[way] >= least for way, least in AIMS.get(self.name, {}).items())

    def as_json(self) -> dict[str, Any]:
        content = asdict(self)
        for name, cost in content["costs"].items():
            del cost["losses"]
            cost |= {"times_as_fast": self.speedups[name], "share_of_peak": self.shares[name]}
        reached = {"losses_apart": self.apart, "same_losses": self.same_losses, "fast_enough": self.fast_enough}
        return content | reached | {"aims": dict(AIMS.get(self.name, {}))}


def table(figures: Figures) -> Sequence[str]:
    """Return the lines of a table, one a way, and what belongs to all of them."""
    head = f"{figures.name:<24}{'seconds':>9}{'ours is':>9}{'aim':>7}{'TFLOP':>9}{'of peak':>9}{'kept MB':>9}"
    aims = AIMS.get(figures.name, {})
    rows = [
        f"{name:<24}{cost.seconds:>9.3f}{figures.speedups[name]:>8.2f}x"
        f"{f'{aims[name]:.2f}x' if name in aims else '':>7}"
        f"{cost.flops / 1e12:>9.4f}{figures.shares[name]:>9.0%}{cost.kept_bytes / 1e6:>9.0f}"
        for name, cost in figures.costs.items()
    ]
    last = (
        f"peak {figures.peak_flops / 1e9:,.0f} GFLOP/s, peak memory of all ways {figures.peak_memory / 1e9:.1f} GB, "
        f"a checkpoint {figures.checkpoint_bytes / 1e6:.1f} MB, losses at most {figures.apart:.1e} apart"
    )
    return [head, *rows, last, ""]

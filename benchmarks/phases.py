"""Benchmarks: CPU seconds by phase, for one run and as the median of several runs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import process_time


@dataclass
class Clock:
    """CPU seconds of all threads of this process by phase, which other load on the machine hardly changes."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the CPU seconds of the block to a phase."""
        began = process_time()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + process_time() - began


def medians(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the median of each phase, and of the `total` of all phases, over runs with the same phases."""
    found = {name: median(run[name] for run in runs) for name in runs[0]}
    return {**found, "total": median(sum(run.values()) for run in runs)}

"""Deployments: what is known of the models as Prometheus metrics, read at most once in a few seconds."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Lock

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from components.core.errors import AtelierError
from components.recipes import model_names
from registry.observed import Observed, observe
from registry.settings import settings

FRESH_SECONDS = 10.0  # a reading is served again for so long
VERDICTS = ("STABLE", "WATCH", "DRIFT", "TOO FEW")

Sample = tuple[tuple[str, ...], float]


class Models(Collector):
    """Reads all models when Prometheus asks, unless it has just done so."""

    def __init__(self, fresh: float = FRESH_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._fresh, self._clock = fresh, clock
        self._read_at, self._metrics = float("-inf"), list[Metric]()
        self._lock = Lock()

    def collect(self) -> Iterable[Metric]:
        with self._lock:
            if self._clock() - self._read_at >= self._fresh:
                self._metrics, self._read_at = list(read_metrics()), self._clock()
            return self._metrics


def read_metrics() -> Iterator[Metric]:
    """Yield every metric. A model that cannot be read is counted, and told on standard error."""
    found, unreadable = list[Observed](), list[Sample]()
    for model in model_names(settings().models):
        try:
            found.append(observe(model))
            unreadable.append(((model,), 0))
        except AtelierError as error:
            sys.stderr.write(f"{model}: {error}\n")
            unreadable.append(((model,), 1))
    for name, (help_text, labels, samples) in METRICS.items():
        yield _gauge(name, help_text, labels, [sample for observed in found for sample in samples(observed)])
    yield _gauge("atelier_unreadable", "1 if MLflow or the database did not answer for the model", (), unreadable)


def _gauge(name: str, help_text: str, labels: Sequence[str], samples: Iterable[Sample]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, help_text, labels=("model", *labels))
    for values, number in samples:
        gauge.add_metric(values, number)
    return gauge


def _production(seen: Observed) -> Iterator[Sample]:
    if seen.production is not None:
        yield (seen.model,), seen.production


def _promoted(seen: Observed) -> Iterator[Sample]:
    if seen.promoted is not None:
        yield (seen.model,), seen.promoted


def _verified(seen: Observed) -> Iterator[Sample]:
    yield (seen.model,), float(seen.ledger_verified)


def _runs(seen: Observed) -> Iterator[Sample]:
    for state, number in seen.runs.items():
        yield (seen.model, state), number


def _succeeded(seen: Observed) -> Iterator[Sample]:
    for flow, ended in seen.succeeded.items():
        yield (seen.model, flow), ended


def _distances(seen: Observed) -> Iterator[Sample]:
    for column, distance in (seen.look.distances if seen.look else {}).items():
        yield (seen.model, column), distance


def _verdict(seen: Observed) -> Iterator[Sample]:
    for state in VERDICTS if seen.look else ():
        yield (seen.model, state), float(bool(seen.look and seen.look.state == state))


def _looked(seen: Observed) -> Iterator[Sample]:
    if seen.look:
        yield (seen.model,), seen.look.time


def _retrainings(seen: Observed) -> Iterator[Sample]:
    for action, number in seen.retrainings.items():
        yield (seen.model, action), number


# A row a metric: what it is, its labels besides the model, its samples. Ages are `time() - ..._timestamp_seconds`.
METRICS: dict[str, tuple[str, tuple[str, ...], Callable[[Observed], Iterator[Sample]]]] = {
    "atelier_production_version": ("Version that has the alias Production", (), _production),
    "atelier_last_promotion_timestamp_seconds": ("When Production last moved", (), _promoted),
    "atelier_ledger_verified": ("1 if the ledger is unaltered, 0 if it was altered", (), _verified),
    "atelier_runs": ("MLflow runs by state", ("state",), _runs),
    "atelier_flow_last_success_timestamp_seconds": ("When the newest finished run ended", ("flow",), _succeeded),
    "atelier_drift_distance": ("How far a column moved, in the newest look", ("column",), _distances),
    "atelier_drift_state": ("1 for the verdict of the newest look", ("state",), _verdict),
    "atelier_drift_look_timestamp_seconds": ("When the monitor looked last", (), _looked),
    "atelier_retraining_decisions": ("Decisions on retraining by action", ("action",), _retrainings),
}

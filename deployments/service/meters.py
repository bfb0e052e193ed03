"""Deployments: what the service counts, for Prometheus at GET /metrics."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from deployments.service.question import Outcome
from deployments.service.screen import outputs_of
from registry.live import Live

SECONDS = (0.005, 0.02, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120)


class Meters:
    """The counters of one service. Labels are models, aliases and outcomes, never callers or texts."""

    def __init__(self, waiting: Callable[[], float], cached: Callable[[], float]) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        names = ["model", "alias"]
        self.requests = self._counter("atelier_service_requests", "Requests", [*names, "outcome"])
        self.outputs = self._counter("atelier_service_outputs", "Outputs of requests that were answered", names)
        self.from_cache = self._counter("atelier_service_cache_hits", "Requests answered from the cache", names)
        self.swaps = self._counter("atelier_service_swaps", "Versions that were put in another's place", names)
        self.products = self._counter("atelier_service_products", "Products that were made", ["line", "checks"])
        self.seconds = Histogram(
            "atelier_service_seconds",
            "Seconds from request to response",
            names,
            registry=self.registry,
            buckets=SECONDS,
        )
        self.version = Gauge("atelier_service_version", "Version that answers", names, registry=self.registry)
        self._gauge("atelier_service_waiting", "Requests that wait for the device", waiting)
        self._gauge("atelier_service_cache_bytes", "Memory of the kept responses", cached)

    def count(self, outcome: Outcome) -> None:
        """Count what became of a question."""
        names = (outcome.live.loaded.config.model, outcome.live.alias)
        self.requests.labels(*names, outcome.word).inc()
        if outcome.response is not None:
            self.outputs.labels(*names).inc(outputs_of(outcome.request))
            self.seconds.labels(*names).observe(outcome.seconds)
            self.from_cache.labels(*names).inc(outcome.cached)

    def count_products(self, line: str, passed: int, made: int) -> None:
        """Count products of a line: those that passed their checks, and those that did not."""
        self.products.labels(line, "passed").inc(passed)
        self.products.labels(line, "failed").inc(made - passed)

    def swapped(self, live: Live) -> None:
        """Note the version that answers from now on."""
        names = (live.loaded.config.model, live.alias)
        self.swaps.labels(*names).inc()
        self.version.labels(*names).set(live.version)

    def _counter(self, name: str, about: str, labels: list[str]) -> Counter:
        return Counter(name, about, labels, registry=self.registry)

    def _gauge(self, name: str, about: str, read: Callable[[], float]) -> None:
        Gauge(name, about, registry=self.registry).set_function(read)

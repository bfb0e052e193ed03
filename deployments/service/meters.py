"""Deployments: what the service counts, for Prometheus at GET /metrics."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

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

    def answered(self, model: str, alias: str, outputs: int, seconds: float, cached: bool) -> None:
        self.requests.labels(model, alias, "answered").inc()
        self.outputs.labels(model, alias).inc(outputs)
        self.seconds.labels(model, alias).observe(seconds)
        if cached:
            self.from_cache.labels(model, alias).inc()

    def failed(self, model: str, alias: str, outcome: str) -> None:
        self.requests.labels(model, alias, outcome).inc()

    def _counter(self, name: str, about: str, labels: list[str]) -> Counter:
        return Counter(name, about, labels, registry=self.registry)

    def _gauge(self, name: str, about: str, read: Callable[[], float]) -> None:
        Gauge(name, about, registry=self.registry).set_function(read)

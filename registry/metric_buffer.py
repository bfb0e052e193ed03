"""Registry: metrics wait here, so that training never waits for MLflow."""

import time
from collections.abc import Callable, Sequence
from threading import Lock

from mlflow.entities import Metric

from components.core.errors import RegistryError

LARGEST_BATCH = 1000  # MLflow takes no more metrics at once


class MetricBuffer:
    """Collects metrics and sends them in batches: a batch costs 0.15 ms a metric, one call each 4 to 76 ms."""

    def __init__(
        self, send: Callable[[list[Metric]], None], size: int = 200, seconds: float = 5, pause: float = 60
    ) -> None:
        self._send = send
        self._size = size  # metrics that are sent at once, however short they have waited
        self._seconds = seconds  # how long a metric waits at most
        self._pause = pause  # after a failure: a dead server is not asked again at every step
        self._waiting: list[Metric] = []
        self._due = time.monotonic() + seconds
        self._lock = Lock()

    def add(self, metrics: Sequence[Metric]) -> None:
        """Take metrics in. Sends them where it is time to; where that fails, they are kept."""
        with self._lock:
            self._waiting.extend(metrics)
            due = time.monotonic() >= self._due or (len(self._waiting) >= self._size and not self._is_paused())
        if due:
            self._try()

    def flush(self) -> None:
        """Send everything that waits.

        Raises:
            RegistryError: from `send`; what was not taken is kept.
        """
        with self._lock:
            while self._waiting:
                self._send(self._waiting[:LARGEST_BATCH])
                del self._waiting[:LARGEST_BATCH]
            self._due = time.monotonic() + self._seconds

    def _try(self) -> None:
        try:
            self.flush()
        except RegistryError:
            self._due = time.monotonic() + self._pause

    def _is_paused(self) -> bool:
        return self._due - time.monotonic() > self._seconds

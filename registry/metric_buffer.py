"""Registry: a buffer of metrics, so that training never waits for MLflow."""

import time
from collections.abc import Callable, Sequence
from threading import Lock

from mlflow.entities import Metric

from components.core.errors import RegistryError

LARGEST_BATCH = 1000  # metrics that MLflow takes in one call


class MetricBuffer:
    """Collects metrics and sends them in batches: 0.15 ms a metric in a batch, 4 to 76 ms a metric in single calls."""

    def __init__(
        self, send: Callable[[list[Metric]], None], size: int = 200, seconds: float = 5, pause: float = 60
    ) -> None:
        self._send = send
        self._size = size  # so many metrics are sent at once, before `seconds` are over
        self._seconds = seconds  # the longest that a metric waits
        self._pause = pause  # after a failure, so that a dead server does not slow down every step
        self._waiting: list[Metric] = []
        self._due = time.monotonic() + seconds
        self._lock = Lock()

    def add(self, metrics: Sequence[Metric]) -> None:
        """Add metrics, and send the buffer if it is due. If sending fails, the metrics stay in the buffer."""
        with self._lock:
            self._waiting.extend(metrics)
            due = time.monotonic() >= self._due or (len(self._waiting) >= self._size and not self._is_paused())
        if due:
            self._try()

    def flush(self) -> None:
        """Send the whole buffer.

        Raises:
            RegistryError: from `send`; what MLflow did not take stays in the buffer.
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

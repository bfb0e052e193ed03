"""Registry: metrics on their way to MLflow: written to a file first, then sent by a thread, so that nothing waits.

A process that is killed leaves its file. The next run of this home sends what is in it. A metric that was sent twice is
stored once: MLflow keeps one row for the same run, name, step, time and value.
"""

import fcntl
import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from mlflow.entities import Metric

from components.core.errors import RegistryError

LARGEST_BATCH = 1000  # metrics that MLflow takes in one call: 0.15 ms a metric, against 4 to 76 ms in single calls
SECONDS = 5.0  # the longest that a metric waits while MLflow answers
PAUSE = 10.0  # between two attempts while it does not
PATIENCE = 60.0  # that the end of a run waits for MLflow; what is not sent by then stays in the file

Send = Callable[[list[Metric]], None]


class MetricSpool:
    """The metrics of one run. `add` takes microseconds, whatever MLflow does."""

    def __init__(self, file: Path, send: Send, seconds: float = SECONDS, pause: float = PAUSE) -> None:
        self._send, self._seconds, self._pause = send, seconds, pause
        self._path, self._file = file, -1  # no file: a home that cannot be written to; metrics are in memory still
        with suppress(OSError):
            self._file = _open_locked(file)
        self._waiting: list[Metric] = []
        self._change = threading.Condition()
        self._hurry = self._closed = False
        self._error: RegistryError | None = None
        self._thread: threading.Thread | None = None

    def add(self, metrics: Sequence[Metric]) -> None:
        """Write metrics to the file and leave them to the thread. Never fails."""
        with self._change:
            with suppress(OSError):  # a full disk, or no file
                os.write(self._file, _line(metrics))
            self._waiting.extend(metrics)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True, name="metrics")
                self._thread.start()

    def flush(self, patience: float = PATIENCE) -> None:
        """Wait until MLflow has all metrics.

        Raises:
            RegistryError: it did not take them within `patience` seconds. They stay in the file.
        """
        until = time.monotonic() + patience
        with self._change:
            self._error, self._hurry = None, True
            self._change.notify_all()
            while self._waiting and (left := until - time.monotonic()) > 0:
                self._change.wait(left)
            self._hurry = False
            if self._waiting:
                raise self._error or RegistryError(f"MLflow did not take {len(self._waiting)} metrics in time")

    def close(self) -> None:
        """End the thread. The file is removed if MLflow has all that is in it."""
        with self._change:
            self._closed = True
            self._change.notify_all()
            if self._file >= 0 and not self._waiting:
                self._path.unlink(missing_ok=True)
            with suppress(OSError):
                os.close(self._file)

    def _work(self) -> None:
        while self._wait():
            batch = self._waiting[:LARGEST_BATCH]  # only this thread removes any
            try:
                self._send(batch)
            except RegistryError as error:
                self._failed(error)
            else:
                self._sent(len(batch))

    def _wait(self) -> bool:
        """Wait until something is to be sent; return False at the end."""
        with self._change:
            if not self._hurry and not self._closed:
                self._change.wait(self._seconds)
            while not self._waiting and not self._closed:
                self._change.wait()
            return not self._closed

    def _failed(self, error: RegistryError) -> None:
        with self._change:
            self._error = error
            if not self._closed:
                self._change.wait(min(self._pause, 1.0) if self._hurry else self._pause)

    def _sent(self, count: int) -> None:
        with self._change:
            del self._waiting[:count]
            if not self._waiting and not self._closed and self._file >= 0:
                os.ftruncate(self._file, 0)
            self._change.notify_all()


def replay(folder: Path, send_to: Callable[[str], Send]) -> list[str]:
    """Send what dead processes left in their files, and remove these; return the ids of their runs.

    A file whose process lives, or that MLflow does not take now, stays.
    """
    return [path.stem for path in sorted(folder.glob("*.jsonl")) if _replay(path, send_to(path.stem))]


def _replay(path: Path, send: Send) -> bool:
    with suppress(OSError, RegistryError), path.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # an OSError while its process lives
        metrics = list(_metrics(file))
        for start in range(0, len(metrics), LARGEST_BATCH):
            send(metrics[start : start + LARGEST_BATCH])
        path.unlink()
        return True
    return False


def _line(metrics: Sequence[Metric]) -> bytes:
    rows = [[metric.key, metric.value, metric.timestamp, metric.step] for metric in metrics]
    return b"\n" + json.dumps(rows).encode()  # first: what a full disk cut off does not spoil the next line


def _metrics(lines: Iterable[str]) -> Iterable[Metric]:
    for line in lines:
        with suppress(ValueError):  # the line at which a process was killed
            yield from [Metric(*row) for row in json.loads(line)]


def _open_locked(path: Path) -> int:
    """Open the file of a run. The lock is the kernel's: it is free as soon as this process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    with suppress(OSError):  # a file system without locks
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if path.exists():
        return file
    os.close(file)  # `replay` of another process removed it before it was locked
    return _open_locked(path)

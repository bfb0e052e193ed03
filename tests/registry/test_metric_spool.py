"""Tests: metrics are written to a file at once, and reach MLflow once, whatever happens to it and to the process."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from mlflow.entities import Metric

from components.core.errors import RegistryError
from registry.metric_spool import MetricSpool, Send, replay


def metric(step: int) -> Metric:
    return Metric("loss", 1 / (step + 1), 1_700_000_000_000 + step, step)


class Server:
    """Takes metrics, or does not: as long as it is away it raises, after so many seconds."""

    def __init__(self, away: bool = False, seconds: float = 0.0) -> None:
        self.away, self.seconds, self.taken = away, seconds, list[int]()

    def __call__(self, metrics: Sequence[Metric]) -> None:
        time.sleep(self.seconds)
        if self.away:
            raise RegistryError("MLflow does not answer.")
        self.taken.extend(metric.step for metric in metrics)


def spool(folder: Path, send: Callable[[list[Metric]], None]) -> MetricSpool:
    return MetricSpool(folder / "r1.jsonl", send, seconds=0.01, pause=0.01)


def test_metrics_that_mlflow_does_not_take_are_sent_later_in_their_order(tmp_path: Path) -> None:
    server = Server(away=True)
    ours = spool(tmp_path, server)
    for step in range(5):
        ours.add([metric(step)])
    with pytest.raises(RegistryError, match="MLflow does not answer"):
        ours.flush(patience=0.2)
    server.away = False
    ours.flush()
    ours.close()
    assert server.taken == [0, 1, 2, 3, 4]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("server", [Server(away=True, seconds=0.5), Server(seconds=0.5)], ids=["away", "slow"])
def test_nothing_waits_for_a_server_that_is_away_or_slow(tmp_path: Path, server: Server) -> None:
    ours, slowest = spool(tmp_path, server), 0.0
    for step in range(200):
        began = time.thread_time()
        ours.add([metric(step)])
        slowest = max(slowest, time.thread_time() - began)
    assert server.taken == []  # all were added while the first call was on its way
    assert slowest < 0.02


def test_what_a_dead_process_left_is_sent_by_the_next_run_and_its_file_is_removed(tmp_path: Path) -> None:
    dead = spool(tmp_path, Server(away=True))
    for step in range(3):
        dead.add([metric(step)])
    server, live = Server(), tmp_path / "r1.jsonl"
    kept = live.read_bytes()
    assert replay(tmp_path, lambda _: server) == []  # its process lives: its file is locked
    dead.close()
    live.write_bytes(kept + b'\n[["loss", 0.5, 17')  # the line at which it was killed
    assert replay(tmp_path, lambda _: server) == ["r1"]
    assert (server.taken, list(tmp_path.iterdir())) == ([0, 1, 2], [])


def test_what_mlflow_does_not_take_of_a_dead_process_stays_for_the_next_run(tmp_path: Path) -> None:
    dead = spool(tmp_path, Server(away=True))
    dead.add([metric(7)])
    dead.close()
    away: Callable[[str], Send] = lambda _: Server(away=True)  # noqa: E731
    assert replay(tmp_path, away) == []
    server = Server()
    replay(tmp_path, lambda _: server)
    assert server.taken == [7]


def test_numbers_that_are_not_finite_are_kept_too(tmp_path: Path) -> None:
    found: list[float] = []
    dead = spool(tmp_path, Server(away=True))
    dead.add([Metric("loss", float("nan"), 1, 1), Metric("loss", float("inf"), 2, 2)])
    dead.close()
    replay(tmp_path, lambda _: lambda metrics: found.extend(metric.value for metric in metrics))
    assert str(found) == "[nan, inf]"

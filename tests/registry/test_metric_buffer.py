"""Tests: the buffer keeps metrics while MLflow does not answer."""

import pytest

from components.core.errors import RegistryError
from registry.metric_buffer import MetricBuffer


def test_metrics_that_mlflow_does_not_take_are_kept_and_sent_later() -> None:
    taken: list[object] = []
    alive = False

    def send(metrics: list[object]) -> None:
        if not alive:
            raise RegistryError("MLflow does not answer.")
        taken.extend(metrics)

    buffer = MetricBuffer(send, size=2)  # type: ignore[arg-type]
    for number in range(5):
        buffer.add([number])  # type: ignore[list-item]
    with pytest.raises(RegistryError, match="MLflow does not answer"):
        buffer.flush()
    alive = True
    buffer.flush()
    assert taken == [0, 1, 2, 3, 4]


def test_after_a_failure_the_buffer_pauses() -> None:
    sent = []

    def send(metrics: list[object]) -> None:
        sent.append(len(metrics))
        raise RegistryError("MLflow does not answer.")

    buffer = MetricBuffer(send, size=1)  # type: ignore[arg-type]
    for number in range(50):
        buffer.add([number])  # type: ignore[list-item]
    assert sent == [1]

"""Tests: metrics wait for an MLflow that does not answer."""

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


def test_after_a_failure_mlflow_is_left_alone_for_a_while() -> None:
    asked = []

    def send(metrics: list[object]) -> None:
        asked.append(len(metrics))
        raise RegistryError("MLflow does not answer.")

    buffer = MetricBuffer(send, size=1)  # type: ignore[arg-type]
    for number in range(50):
        buffer.add([number])  # type: ignore[list-item]
    assert asked == [1]

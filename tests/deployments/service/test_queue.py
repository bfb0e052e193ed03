"""Tests: requests of the same version are computed together, the queue is bounded, and one cannot spoil the others."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import BaseModel

from deployments.service.problems import ProblemError
from deployments.service.queue import DeviceQueue, Size, Ticket
from registry.loaded import Loaded
from tests.registry.toy_recipe import toy_config

SECONDS = 10.0


class Number(BaseModel):
    number: int


@dataclass(eq=False)
class Doubler:
    """Doubles numbers, one call at a time, as soon as it is let; 13 is beyond it."""

    batches: list[list[int]] = field(default_factory=list)
    let: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)
    request = response = Number

    def predict(self, request: Number, /) -> Number:
        return self.predict_together([request])[0]

    def predict_together(self, requests: Sequence[Number], /) -> list[Number]:
        self.begun.set()
        assert self.let.wait(SECONDS)
        self.batches.append([request.number for request in requests])
        if 13 in self.batches[-1]:
            raise ValueError("unlucky")
        return [Number(number=2 * request.number) for request in requests]


@pytest.fixture
def doubler() -> Doubler:
    return Doubler()


@pytest.fixture
def queue() -> Iterator[DeviceQueue]:
    made = DeviceQueue(Size(waiting=4, batch=3))
    made.start()
    yield made
    made.end()


def loaded(predictor: Doubler) -> Loaded:
    return Loaded(predictor, {"model": "toy", "version": "1"}, toy_config())


def ticket(version: Loaded, number: int, **more: Any) -> Ticket:
    return Ticket(version, Number(number=number), 1, **more)


def block(queue: DeviceQueue, version: Loaded, doubler: Doubler) -> Ticket:
    """Keep the device busy with 0 until the doubler is let."""
    first = ticket(version, 0)
    queue.submit(first)
    assert doubler.begun.wait(SECONDS)
    return first


def test_what_waits_for_the_same_version_is_computed_together_up_to_the_size_of_a_batch(
    queue: DeviceQueue, doubler: Doubler
) -> None:
    version, other = loaded(doubler), loaded(doubler)
    block(queue, version, doubler)
    tickets = [ticket(version, 1), ticket(other, 2), ticket(version, 3), ticket(version, 4)]
    for each in tickets:
        queue.submit(each)
    doubler.let.set()
    assert [each.future.result(SECONDS) for each in tickets] == [Number(number=2 * n) for n in (1, 2, 3, 4)]
    assert doubler.batches == [[0], [1, 3, 4], [2]]


def test_a_full_queue_says_when_to_ask_again(queue: DeviceQueue, doubler: Doubler) -> None:
    version = loaded(doubler)
    block(queue, version, doubler)
    for number in range(4):
        queue.submit(ticket(version, number))
    with pytest.raises(ProblemError, match="4 requests wait already: ask again in 1 s") as caught:
        queue.submit(ticket(version, 5))
    assert (caught.value.status, caught.value.headers) == (429, {"Retry-After": "1"})
    doubler.let.set()


def test_a_request_that_was_given_up_is_not_computed(queue: DeviceQueue, doubler: Doubler) -> None:
    version = loaded(doubler)
    block(queue, version, doubler)
    given_up, last = ticket(version, 1), ticket(version, 2)
    queue.submit(given_up)
    queue.submit(last)
    assert given_up.future.cancel()
    doubler.let.set()
    assert last.future.result(SECONDS) == Number(number=4)
    assert doubler.batches == [[0], [2]]


def test_one_request_that_fails_does_not_spoil_the_others_of_its_batch(
    queue: DeviceQueue, doubler: Doubler, capsys: pytest.CaptureFixture[str]
) -> None:
    version = loaded(doubler)
    block(queue, version, doubler)
    good, bad = ticket(version, 1), ticket(version, 13)
    queue.submit(good)
    queue.submit(bad)
    doubler.let.set()
    assert good.future.result(SECONDS) == Number(number=2)
    with pytest.raises(ValueError, match="unlucky"):
        bad.future.result(SECONDS)
    assert "unlucky" in capsys.readouterr().err


def test_jobs_give_way_and_know_their_place(queue: DeviceQueue, doubler: Doubler) -> None:
    version = loaded(doubler)
    first = block(queue, version, doubler)
    job, direct = ticket(version, 1, job=True), ticket(version, 2)
    queue.submit(job)
    queue.submit(direct)
    assert [queue.position(each) for each in (first, direct, job)] == [0, 1, 2]
    assert queue.eta(job) is None
    doubler.let.set()
    job.future.result(SECONDS)
    assert doubler.batches == [[0], [2], [1]]
    assert queue.eta(job) == 0.0


def test_a_new_version_is_tried_before_all_that_wait(queue: DeviceQueue, doubler: Doubler) -> None:
    version = loaded(doubler)
    block(queue, version, doubler)
    waiting = ticket(version, 1)
    queue.submit(waiting)
    tried: list[BaseModel] = []
    trying = threading.Thread(target=lambda: tried.append(queue.try_out(loaded(doubler), Number(number=7))))
    trying.start()
    while queue.first == 0:
        pass
    doubler.let.set()
    trying.join(SECONDS)
    waiting.future.result(SECONDS)
    assert tried == [Number(number=14)]
    assert doubler.batches == [[0], [7], [1]]


def test_a_queue_that_ends_refuses_what_waits_and_what_comes(doubler: Doubler) -> None:
    queue = DeviceQueue(Size(waiting=4, batch=3))
    waiting = ticket(loaded(doubler), 1)
    queue.submit(waiting)
    queue.end()
    for refused in (lambda: waiting.future.result(SECONDS), lambda: queue.submit(ticket(loaded(doubler), 2))):
        with pytest.raises(ProblemError, match="The service is ending"):
            refused()

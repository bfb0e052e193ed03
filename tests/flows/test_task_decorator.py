"""Tests: Prefect does not search what is inside the arguments of our tasks, and a task is otherwise Prefect's."""

import re
from collections.abc import Iterator
from pathlib import Path

from prefect import flow
from prefect import task as plain_task

from flows.task_decorator import task


class Counted(list[int]):
    """A list that counts how often somebody goes through it."""

    looks = 0

    def __iter__(self) -> Iterator[int]:
        self.looks += 1
        return super().__iter__()


def _length(values: Counted, more: Counted) -> int:
    return len(values) + len(more)


def looks_of(decorated: object) -> tuple[int, int, int]:
    """Return the result of the task, and how often each argument was searched."""
    first, second = Counted([1, 2]), Counted([3])

    @flow
    def run() -> int:
        return int(decorated(first, more=second))  # type: ignore[operator]

    return run(), first.looks, second.looks


def test_no_argument_is_searched() -> None:
    assert looks_of(task(name="length")(_length)) == (3, 0, 0)


def test_prefects_own_task_searches_them() -> None:
    result, first, second = looks_of(plain_task(name="length")(_length))
    assert (result, first > 0, second > 0) == (3, True, True)


def test_a_submitted_task_gets_values_and_futures() -> None:
    add = task(name="add")(lambda one, other: one + other)
    values = Counted([1, 2])

    @flow
    def run() -> list[int]:
        return list(add.submit(values, add.submit([3], [4]), wait_for=[]).result())  # type: ignore[arg-type]

    assert run() == [1, 2, 3, 4]


def test_every_flow_uses_it() -> None:
    files = [path for path in Path("flows").rglob("*.py") if path.name != "task_decorator.py"]
    assert [str(path) for path in files if re.search(r"from prefect import .*\btask\b", path.read_text())] == []

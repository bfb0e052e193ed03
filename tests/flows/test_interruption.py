"""Tests: Ctrl-C and SIGTERM wait until a training has saved its step, and the next one continues to the same bits."""

import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from components.core.records import Snapshot
from components.recipes.product_images.train.train import train
from flows.commands.signals import INTERRUPTED, TERMINATED, exit_code, tell
from flows.interruption import Deferred, defer_interruption, forget_saved, saved
from tests.components.recipes.product_images.toy_model import ListLog, make_config, make_snapshot
from tests.components.recipes.product_images.train.killable import assert_same_bits, folder_in
from tests.components.training.toy_base import write_toy_base


@pytest.fixture(autouse=True)
def ends_by_sigterm() -> Iterator[None]:
    """SIGTERM ends the process as it does in a command."""

    def end(number: int, frame: Any) -> None:
        raise SystemExit(TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    forget_saved()
    yield
    forget_saved()
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"))


@dataclass
class Interrupted(ListLog):
    """A log that sends signals to this process at one step of the training."""

    at: int = 0
    times: int = 1

    def defer_interruption(self) -> AbstractContextManager[Deferred]:
        return defer_interruption()

    def progress(self, what: str, done: int, total: int) -> None:
        super().progress(what, done, total)
        if (what, done) == ("train", self.at):
            for _ in range(self.times):
                signal.raise_signal(signal.SIGTERM)


def work_through(signals: int) -> list[bool]:
    """Return what the block did after so many signals, until the process ended."""
    done = []
    with suppress(SystemExit), defer_interruption() as interruption:
        for _ in range(signals):
            signal.raise_signal(signal.SIGTERM)
        done.append(interruption.asked)
    return done


def test_a_signal_is_handled_after_the_block_by_whoever_handled_it_before() -> None:
    assert work_through(1) == [True]
    with pytest.raises(SystemExit), defer_interruption():
        signal.raise_signal(signal.SIGTERM)


def test_a_second_signal_is_handled_at_once() -> None:
    assert work_through(2) == []


@pytest.mark.parametrize("at", [3, 6, 8])
def test_an_interrupted_training_saves_its_step_and_continues_to_the_same_bits(
    base: Path, snapshot: Snapshot, tmp_path: Path, at: int
) -> None:
    config, whole, cut = make_config(base), folder_in(tmp_path / "whole"), folder_in(tmp_path / "cut")
    train(config, snapshot, whole, ListLog())
    with pytest.raises(SystemExit):
        train(config, snapshot, cut, Interrupted(at=at))
    assert saved() == f"step {at}"
    log = ListLog()
    train(config, snapshot, cut, log)
    assert [step for step, _ in log.logged] == list(range(at + 1, 13))  # no step is trained twice
    assert_same_bits(whole, cut)
    assert sorted(path.name for path in cut.iterdir()) == sorted(path.name for path in whole.iterdir())


def test_an_impatient_person_loses_the_steps_since_the_last_checkpoint(
    base: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit):
        train(make_config(base), snapshot, tmp_path, Interrupted(at=6, times=2))
    assert saved() == ""
    log = ListLog()
    train(make_config(base), snapshot, tmp_path, log)
    assert log.logged[0][0] == 5


def test_what_was_saved_decides_the_exit_code_and_the_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(INTERRUPTED) == 130
    with defer_interruption() as interruption:
        interruption.saved("step 137")
    assert [exit_code(code) for code in (INTERRUPTED, TERMINATED, 1, 0)] == [75, 75, 1, 0]
    tell(TERMINATED)
    assert capsys.readouterr().err == (
        "Error: Terminated. Step 137 is saved: run the same command again to continue.\n"
    )

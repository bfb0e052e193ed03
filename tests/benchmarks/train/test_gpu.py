"""Tests: the sweep of the GPU runs on a toy, and says in a sentence where there is no GPU."""

from pathlib import Path

import pytest
import torch

from benchmarks.train.bases import SIZES
from benchmarks.train.gpu import BATCH, COMPILED, Row, Sweep, figures_of, line_of, main, run_sweep
from benchmarks.train.measure import Rounds
from benchmarks.train.ways import OURS, USUAL
from components.training.device import choose_device


@pytest.mark.parametrize(
    ("batches", "ways"),
    [
        ([1, 2], (OURS, USUAL)),
        pytest.param([1, 2], (OURS, COMPILED, USUAL), marks=pytest.mark.slow),  # to compile takes long, for each batch
    ],
)
def test_each_way_and_batch_has_a_row(tmp_path: Path, batches: list[int], ways: tuple[str, ...]) -> None:
    sweep = Sweep(SIZES["toy"], batches, COMPILED in ways, Rounds(1, 1), choose_device())
    rows = list(run_sweep(sweep, 1e12, tmp_path))
    assert [(row.way, row.batch) for row in rows] == [(way, n) for n in batches for way in ways]
    assert all(row.fits and 0 < row.share_of_peak < 1 and row.memory_gb > 0 for row in rows)


def test_the_aim_is_for_the_fastest_way_of_the_product_with_its_batch() -> None:
    rows = [Row(OURS, BATCH, 5.0, 0.2, 30.0), Row(COMPILED, BATCH, 10.0, 0.4, 28.0), Row(USUAL, BATCH, 50.0, 0.1, 20.0)]
    figures = figures_of(rows, 1e15)
    assert figures["minutes_of_3000_steps"] == pytest.approx(5.0)
    assert figures["aim_reached"] is True
    assert figures_of(rows[:1], 1e15)["aim_reached"] is False
    assert figures_of([Row(OURS, 8, 5.0)], 1e15)["aim_reached"] is None


def test_a_batch_that_does_not_fit_is_said() -> None:
    assert line_of(Row(USUAL, 64)).endswith("64  does not fit into the memory")
    assert line_of(Row(OURS, 16, 8.0, 0.345, 41.0)).split() == ["ours", "16", "8.00", "128.0", "34%", "41.0"]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_without_a_gpu_a_sentence_says_that_nothing_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().out.startswith("No CUDA device was found, so nothing was measured")

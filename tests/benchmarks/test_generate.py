"""Tests: stock diffusers and the product generate the same pictures to a grey level."""

from dataclasses import replace
from pathlib import Path

from benchmarks.generate import OURS, STOCK, compare, figures_of
from benchmarks.setting import Sizes, make_setting


def test_both_ways_generate_the_same_pictures(tmp_path: Path) -> None:
    setting = make_setting(tmp_path / "setting", Sizes(1, 2, 4, 4))
    sampling = setting.config.sampling.model_copy(update={"steps": 2})
    config = setting.config.model_copy(update={"sampling": sampling})
    figures = figures_of(compare(replace(setting, config=config), tmp_path, rounds=1))
    assert figures["grey_levels_apart"] in (0, 1)
    assert set(figures["cpu_seconds"]) == {STOCK, OURS}

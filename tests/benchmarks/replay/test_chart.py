"""Tests: the numbers of a chart."""

import pytest

from benchmarks.replay.chart import lines_of, scale_of
from benchmarks.replay.records import Measured, Point


def test_a_scale_holds_every_interval_and_zero() -> None:
    scale = scale_of([Measured(0.05, 0.011, 0.099), Measured(-0.01, -0.03, 0.01)])
    assert (scale.bottom, scale.top) == pytest.approx((-0.04, 0.10))
    assert (scale.y(scale.top), scale.y(scale.bottom)) == (0.0, 100.0)


def test_each_version_has_its_own_line() -> None:
    points = [Point(day, 1 + day // 10, Measured(0.0, -0.01, 0.01)) for day in (1, 8, 15)]
    lines = lines_of(points, scale_of([point.kid for point in points]))
    assert [line.path for line in lines] == ["M0.5 50 L7.5 50", "M14.5 50"]

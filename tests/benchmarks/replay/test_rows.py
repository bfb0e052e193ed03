"""Tests: the products of a simulated time."""

from collections import Counter

from benchmarks.replay.plan import Kind
from benchmarks.replay.rows import in_catalogue, make_rows
from tests.benchmarks.replay.conftest import SHORT


def test_numbers_are_places_also_after_other_rows() -> None:
    assert [row.number for row in make_rows(SHORT)] == list(range(len(make_rows(SHORT))))
    assert make_rows(SHORT, after=7)[0].number == 7


def test_an_event_changes_only_products_that_arrive_while_it_lasts() -> None:
    rows = [row for row in make_rows(SHORT) if row.event == "Colours"]
    assert len(rows) > 60
    assert {row.colour for row in rows} == {"Green"}
    assert all(25 <= row.first <= 60 for row in rows)


def test_a_spoilt_picture_leaves_when_the_sound_one_comes() -> None:
    rows = make_rows(SHORT)
    spoilt = [row for row in rows if row.spoilt == Kind.GREY]
    sound = {row.look: row for row in rows if row.spoilt is None}
    assert len(spoilt) > 20
    assert all(sound[row.look].first == row.last + 1 for row in spoilt)
    assert all(53 < row.last + 1 <= 60 for row in spoilt)


def test_a_product_is_in_the_catalogue_once_on_each_day() -> None:
    rows = make_rows(SHORT)
    for day in (1, 50, 56, 60):
        assert max(Counter(row.look for row in in_catalogue(rows, day)).values()) == 1

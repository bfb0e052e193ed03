"""Tests: numbers are read with any thousands separator and decimal mark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data.catalogue.numbers import decimal_mark, plain_number


@pytest.mark.parametrize(
    ("values", "plain"),
    [
        (["1,299.50", "12.00"], ["1299.50", "12.00"]),
        (["1.299,50", "1.000"], ["1299.50", "1000"]),
        (["1 299,5", "12,5"], ["1299.5", "12.5"]),
        (["1,29,900", "1,000"], ["129900", "1000"]),
        (["1'299.50", "soon", ""], ["1299.50", "soon", ""]),
        (["1.299"], ["1.299"]),
    ],
)
def test_a_column_of_numbers_becomes_plain(values: list[str], plain: list[str]) -> None:
    mark = decimal_mark(values)
    assert [plain_number(value, mark) for value in values] == plain


def test_whole_numbers_have_no_decimals_unless_all_of_them_are_zero() -> None:
    assert decimal_mark(["1.001", "1.000"], whole=True) == ","
    assert decimal_mark(["12.000", "13.000"], whole=True) == "."


@given(st.lists(st.integers(0, 10**8).map(lambda cents: cents / 100), min_size=1, max_size=8), st.booleans())
def test_prices_of_two_decimals_come_back_in_either_style(prices: list[float], continental: bool) -> None:
    written = [f"{price:,.2f}" for price in prices]
    if continental:
        written = [text.translate({44: ".", 46: ","}) for text in written]
    mark = decimal_mark(written)
    assert [float(plain_number(text, mark)) for text in written] == prices

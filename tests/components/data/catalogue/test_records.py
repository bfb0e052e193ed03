"""Tests: every row of a table is one record, whatever its quotes and line breaks."""

from pathlib import Path

import pytest

from components.data.catalogue.dialect import find_dialect
from components.data.catalogue.encoding import decode
from components.data.catalogue.records import MOST_LINES, read_records
from tests.components.data.catalogues import HEADER, line


def names(*lines: str, end: str = "\n") -> list[str]:
    decoded = decode(end.join([HEADER, *lines]).encode())
    records = read_records(decoded, find_dialect(Path("styles.csv"), decoded.lines))
    return [record.fields[-1] for record in records if record]


@pytest.mark.parametrize("rest", ["Shoes", "12, best of 2012", "\n\nShoes", "7", '""quoted""'])
def test_a_quoted_name_with_line_breaks_is_whole(rest: str) -> None:
    found = names(line(1), line(2, f'"Alder\n{rest}"'), line(3, "Third"))
    assert found == ["Alder Men Drift Shoes", f"Alder\n{rest}".replace('""', '"'), "Third"]


def test_an_unpaired_quote_takes_no_other_row_with_it() -> None:
    assert names(line(1, '"Bare'), line(2), line(3, 'Nike 3.5"'))[::2] == ['"Bare', 'Nike 3.5"']
    assert len(names(line(1, '"Bare'), *[line(n) for n in range(2, 9)], line(9, 'Shoes"'))) == 9


def test_an_unpaired_quote_before_many_lines_that_are_no_rows_is_read_in_time() -> None:
    assert len(names(*[f'{n},"short' for n in range(20 * MOST_LINES)])) == 20 * MOST_LINES


def test_a_short_row_in_quotes_over_two_lines_is_one_row() -> None:
    assert names('4,"Men\nand Women",Shoes', line(5, "Last")) == ["Shoes", "Last"]


def test_quotes_with_a_backslash_or_after_a_space_are_read() -> None:
    assert names(line(1, '"Nike 3.5\\" Short, red"')) == ['Nike 3.5" Short, red']
    assert names(line(1, ' "Red, White Shoes"')) == ["Red, White Shoes"]
    assert names(line(1, ' "Red Shoes"')) == ["Red Shoes"]
    assert names(line(1, "'Red, White Shoes'")) == ["Red, White Shoes"]
    assert names(line(1, "Men's 'Red, White' Shoes"))[-1] == " White' Shoes"


def test_blank_fields_at_the_end_of_a_row_are_no_part_of_its_name() -> None:
    assert names(line(1, "Alder,,"), f"{line(2, 'Birch')},,,") == ["Alder", "Birch"]


def test_a_carriage_return_ends_a_row_only_if_a_row_follows() -> None:
    assert names(line(1, "One\rTwo"), f"{line(2, 'Second')}\r{line(3, 'Third')}") == ["One Two", "Second", "Third"]
    assert names(line(1, "First"), line(2, '"Sec\nond"'), end="\r") == ["First", "Sec ond"]

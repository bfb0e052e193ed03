"""Demand: writes the table of drawn series as CSV, with the faults that real tables have."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from components.core.files import digest_of, file_digest, write_text
from components.recipes.demand.starter.draw import WEEKS, Drawn, draw_series

BEGIN = date(2023, 1, 2)  # a Monday
HOLE = 70  # the week that was lost in all series
COLUMNS = ("id", "date", "quantity", "price", "promotion", "category")
Row = tuple[str, str, str, str, str, str]


def write_drawn(seed: int, cache: Path) -> Path:
    """Return the table of drawn series. It is written once for each seed and each version of this code."""
    here = Path(__file__).parent
    code = digest_of([file_digest(path) for path in sorted(here.glob("*.py"))])
    path = cache / f"demand-{seed}-{code}.csv"
    if not path.is_file():
        write_text(path, drawn_table(seed))
    return path


def drawn_table(seed: int) -> str:
    """Return the table as CSV, a row for each product and week with a sale. The same seed gives the same text."""
    rows = [row for series in draw_series(seed) for row in _rows(series)]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([*rows, *planted(rows)])
    return file.getvalue()


def week(number: int) -> date:
    return BEGIN + timedelta(weeks=number)


def _rows(series: Drawn) -> Iterator[Row]:
    """Yield the weeks with a sale, as sales systems write them. A week without a row is a week without a sale."""
    for at in range(series.first, WEEKS):
        if at == HOLE or series.quantities[at] == 0:
            continue
        promotion = "yes" if series.promotions[at] else "no"
        quantity, price = f"{series.quantities[at]:.0f}", f"{series.prices[at]:.2f}"
        yield series.id, week(at).isoformat(), quantity, price, promotion, series.category


def planted(rows: Sequence[Row]) -> list[Row]:
    """Return more rows, each with a fault: of the products with the first rows, and of products of their own."""
    name, _, _, price, promotion, category = rows[0]
    last = week(WEEKS - 1)
    return [
        rows[0],  # the same row twice
        (f" {name[:1]} {name[1:]}", week(1).isoformat(), "2", price, promotion, category),  # spaces in the id
        (name, f"{week(2):%d/%m/%Y}", "1", price, promotion, category),  # another form of date
        (name, f"{week(3)}T00:30:00+09:00", "1", price, promotion, category),  # in Berlin that is the week before
        (name, week(4).isoformat(), "-1", price, promotion, category),  # a return
        (name, week(5).isoformat(), "9999", price, promotion, category),  # far more than ever
        (name, "2024-02-30", "1", price, promotion, category),  # no such day
        (name, week(6).isoformat(), "some", price, promotion, category),  # no number
        ("", week(6).isoformat(), "1", price, promotion, category),  # no product
        ("ONE-SALE", last.isoformat(), "3", price, promotion, category),
        *(("NEVER-SOLD", week(at).isoformat(), "0", price, "no", category) for at in range(0, WEEKS, 13)),
        *(("CONSTANT", week(at).isoformat(), "7", price, "no", category) for at in range(WEEKS) if at != HOLE),
        *(("RETURNS-ONLY", week(at).isoformat(), "-1", price, "no", category) for at in range(60)),
        *(("PAUSED", week(at).isoformat(), "5", price, "no", category) for at in (*range(20), *range(80, WEEKS))),
    ]

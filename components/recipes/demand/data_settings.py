"""Demand: the `data` section of the YAML: where the table is, how its rows are read, what is forecast."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from components.core.strict import Strict, unit
from components.recipes.demand.series import SEASONS, Frequency

PositiveInt = Annotated[int, Field(gt=0)]
Percent = Annotated[float, Field(gt=0, lt=100)]
Above = Annotated[float, Field(gt=0)]
DRAWN = "drawn"  # the series that the project draws itself


class Columns(Strict):
    """The columns of a table with one row for each product and date. Columns with other names are not read."""

    id: str = "id"
    """The product."""
    date: str = "date"
    """The day, or the first day, of what was sold."""
    quantity: str = "quantity"
    """How many were sold. Negative numbers are returns."""
    price: str | None = "price"
    """The price of one, if the table has it: it gives the value of a product, by which A, B and C are told apart."""
    promotion: str | None = "promotion"
    """Whether a promotion ran, if the table has it: yes or no, or a share."""
    category: str | None = "category"
    """The product's category, if the table has it."""


class Reading(Strict):
    """How rows become periods. Each rule says what becomes of a row; ingest.json counts them all."""

    dates: Literal["auto", "day-first", "month-first"] = "auto"
    """How 3/4/2025 is read. `auto` decides by dates such as 25/4/2025; it quarantines such rows if there are both
    25/4/2025 and 4/25/2025, as then nobody can tell."""
    time_zone: str = "UTC"
    """Times with another offset are brought to this time zone before their day is taken. Times without an offset are
    taken as they are."""
    alike_ids: Literal["merge", "keep"] = "merge"
    """`merge` takes ids that differ by spaces for one product, with its most frequent spelling. `keep` only removes
    spaces at both ends."""
    duplicates: Literal["once", "sum", "last"] = "once"
    """Several rows of one product and day. `once` counts rows once that are equal in every column, and adds up others.
    `sum` adds up all, as a table of single sales needs. `last` takes the last row of the day."""
    returns: Literal["net", "ignore"] = "net"
    """Negative quantities. `net` takes them off the period's sales, down to 0. `ignore` leaves them out."""
    gaps: Literal["zero", "previous"] = "zero"
    """A period without a row of a product, after its first one. `zero`: nothing was sold. `previous`: the quantity of
    the period before, for tables in which a missing value is unknown."""
    holes: Literal["season", "zero", "previous"] = "season"
    """A period in which no product has a row, such as a lost export. `season` takes each product's quantity of one
    season before, or of the period before if there is none; the other rules are those of `gaps`."""
    longest_gap: PositiveInt | None = None
    """After a gap of more periods than this a series begins anew: rows before it are left out. Default: the periods of
    one year. Zeros that the table states are no gap."""
    last_day: str | None = None
    """The last day that the table covers, as 2025-12-31. By default it is the day of the last row, and a period that is
    not over by then is left out."""
    shortest: Annotated[PositiveInt, unit("periods")] | None = None
    """A shorter series is quarantined. Default: the horizon and two periods more. A series that is too young for a
    split is in the later splits alone."""
    outlier: Annotated[float, Field(gt=1), unit("deviations")] = 6.0
    """A quantity is marked as an outlier if the logarithm of it is so many robust deviations above the median of the
    product's periods with a sale. It stays as it is."""


class Classes(Strict):
    """The thresholds of the classes."""

    adi: Annotated[float, Field(gt=1), unit("periods")] = 1.32
    """From this mean interval between sales on, demand is intermittent or lumpy (Syntetos, Boylan, Croston, 2005)."""
    cv2: Annotated[float, Field(gt=0)] = 0.49
    """From this squared coefficient of variation of the sizes of sales on, demand is erratic or lumpy."""
    abc: Annotated[Sequence[Percent], Field(min_length=2, max_length=2), unit("percent")] = (80.0, 95.0)
    """The products with the highest value that together have this percentage of it are A, up to the second B, others
    C."""
    xyz: Annotated[Sequence[Above], Field(min_length=2, max_length=2)] = (0.5, 1.0)
    """A coefficient of variation of the quantities up to the first is X, up to the second Y, above Z."""
    anomalies: Annotated[float, Field(gt=0, lt=0.5), unit("share")] = 0.02
    """The share of the series that are named as the most unusual ones, each with a reason."""

    @model_validator(mode="after")
    def _ascend(self) -> "Classes":
        for name, (low, high) in (("abc", self.abc), ("xyz", self.xyz)):
            if low >= high:
                raise ValueError(f"{name} is [{low:g}, {high:g}], expected the smaller number first")
        return self


class DataSettings(Strict):
    """Where the table is, how it is read, what is forecast, and how the classes are told apart."""

    catalogue: str
    """A CSV or Parquet file, a folder with one, the SQLAlchemy address of a database such as sqlite:////path/shop.db,
    or `drawn`: the series that the project draws itself."""
    table: str | None = None
    """The table or view of the database."""
    layout: Literal["long", "wide-rows", "wide-columns"] = "long"
    """`long`: a row for each product and date. `wide-rows`: a row for each product, a column for each period.
    `wide-columns`: a row for each period, a column for each product."""
    columns: Columns = Columns()
    first_period: str | None = None
    """The date of the first period of a wide table whose periods have no dates, such as m01, m02."""
    frequency: Frequency = "weekly"
    """The periods in which demand is counted and forecast. Weeks begin on Monday."""
    horizon: Annotated[PositiveInt, unit("periods")] = 8
    """How far ahead is forecast, and how many periods the test split forecasts."""
    season: Annotated[PositiveInt, unit("periods")] | None = None
    """The length of a season. Default: 7 days, 52 weeks, 12 months or 4 quarters."""
    folds: Annotated[int, Field(ge=1), unit("folds")] = 3
    """The rolling origins of the validation split, which end before the test's horizon begins."""
    step: Annotated[PositiveInt, unit("periods")] | None = None
    """The distance of two origins. Default: the horizon, so that each period is forecast once."""
    reading: Reading = Reading()
    classes: Classes = Classes()
    smallest_split: Annotated[PositiveInt, unit("series")] = 1
    """The smallest number of series in each split; fewer are an error."""

    @property
    def seasonal_periods(self) -> int:
        return self.season or SEASONS[self.frequency]

    @property
    def origin_step(self) -> int:
        return self.step or self.horizon

    @property
    def held_back(self) -> dict[str, int]:
        """How many of the last periods of the table each split does not have, and how many it forecasts before."""
        return {"train": self.horizon * 2 + self.origin_step * (self.folds - 1), "validation": self.horizon, "test": 0}

    @property
    def forecast_periods(self) -> dict[str, int]:
        """How many of its last periods each split forecasts."""
        return {"train": 0, "validation": self.horizon + self.origin_step * (self.folds - 1), "test": self.horizon}

    @property
    def shortest(self) -> int:
        return self.reading.shortest or self.horizon + 2

    def comparable(self) -> dict[str, object]:
        """Return the settings that trained weights and scores depend on, besides the snapshot."""
        return {
            "horizon": self.horizon,
            "season": self.seasonal_periods,
            "folds": self.folds,
            "step": self.origin_step,
            "classes": self.classes.model_dump(mode="json"),
        }

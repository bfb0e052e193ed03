"""Product attributes: the schema of a table in a model's YAML: columns, hierarchies, stated constraints."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema, field_validator, model_validator

from components.core.strict import Strict, unit
from components.data.split_shares import SplitShares

_ONE_OR_MORE = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}  # for editors
Values = Annotated[
    Mapping[str, Sequence[str]], WithJsonSchema({"type": "object", "additionalProperties": _ONE_OR_MORE})
]


class NumberColumn(Strict):
    """A column of numbers."""

    decimals: Annotated[int, Field(ge=0, le=6)] = 2
    """The decimals that are kept: 0 for whole numbers."""
    low: float | None = None
    """The smallest value that is allowed; rows with a smaller one are quarantined, and none is generated."""
    high: float | None = None
    """The largest value that is allowed."""

    @model_validator(mode="after")
    def _is_a_range(self) -> "NumberColumn":
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low is {self.low:g} and high is {self.high:g}, expected low to be at most high")
        return self


class Constraint(Strict):
    """A rule that every row meets: `{when: {articleType: Sandals}, never: {season: Winter}}`.

    Rows of the catalogue that break it are quarantined.
    """

    when: Values = {}
    """The rows that the rule is about: each named column has one of the values. Empty: all rows."""
    never: Values = {}
    """Values that none of these rows has."""
    only: Values = {}
    """Values of which each of these rows has one."""

    @field_validator("when", "never", "only", mode="before")
    @classmethod
    def _one_or_more(cls, columns: Any) -> Any:
        if not isinstance(columns, Mapping):
            return columns
        return {name: [value] if isinstance(value, str) else value for name, value in columns.items()}

    @model_validator(mode="after")
    def _says_something(self) -> "Constraint":
        if not self.never and not self.only:
            raise ValueError("a constraint has neither `never` nor `only`, expected one of them")
        for name, values in self.only.items():
            if not set(values) - set(self.never.get(name, ())):
                raise ValueError(f"a constraint says only {', '.join(values)} for {name}, and never each of these")
        return self

    @property
    def columns(self) -> set[str]:
        return {*self.when, *self.never, *self.only}

    def sentence(self) -> str:
        """Return the constraint in words.

        >>> Constraint(when={"articleType": ["Sandals"]}, never={"season": ["Winter"]}).sentence()
        'when articleType is Sandals, season is never Winter'
        """
        parts = [f"{name} is never {' or '.join(values)}" for name, values in self.never.items()]
        parts += [f"{name} is only {' or '.join(values)}" for name, values in self.only.items()]
        cases = " and ".join(f"{name} is {' or '.join(values)}" for name, values in self.when.items())
        return (f"when {cases}, " if cases else "") + " and ".join(parts)


class DataSettings(Strict):
    """Which columns of the catalogue a row has, and the constraints that every row meets."""

    catalogue: str
    """A folder in the Kaggle layout, or `drawn`: the catalogue that the project draws itself."""
    key: Sequence[str] = ("id",)
    """Columns that name a product. Models never see them, and no key is generated. The first one decides the split."""
    categories: Annotated[Sequence[str], Field(min_length=1)]
    """Columns of categories. Besides those of styles.csv, `brand` is read from style files, else guessed from names."""
    numbers: Mapping[str, NumberColumn] = {}
    """Columns of numbers. `price` and `discount` (percent) are read from style files."""
    hierarchies: Sequence[Sequence[str]] = ()
    """Columns of which each value of a later one belongs to a value of the one before, such as masterCategory,
    subCategory, articleType. Only paths that the training has are generated."""
    required: Sequence[str] = ()
    """Columns that must have a value; rows without one are quarantined, and every generated row has one."""
    rare: Mapping[str, Annotated[int, Field(ge=1)]] = {}
    """By column: values with fewer rows are read as missing."""
    constraints: Sequence[Constraint] = ()
    """Rules that every row meets."""
    never_seen: Annotated[float, Field(gt=0), unit("rows")] = 12
    """Two values of two columns that never occur together, though by chance so many rows would have both, are never
    generated together: chance alone leaves out 12 expected rows six times in a million."""
    most_values: Annotated[int, Field(ge=2), unit("values")] = 1000
    """A column of categories with more values is an error: it is a key, or its rare values should be left out."""
    split: SplitShares = SplitShares()
    smallest_split: Annotated[int, Field(ge=2), unit("rows")] = 32
    """The smallest number of rows in each split; fewer are an error."""

    @model_validator(mode="after")
    def _columns_fit(self) -> "DataSettings":
        known = self.columns
        twice = sorted({name for name in (*known, *self.key) if (*known, *self.key).count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is named twice among key, categories and numbers, expected once")
        if not self.key:
            raise ValueError("key is empty, expected the column that names a product, such as id")
        named = {
            "hierarchies": {name for path in self.hierarchies for name in path},
            "rare": set(self.rare),
            "constraints": {name for constraint in self.constraints for name in constraint.columns},
        }
        for field, names in named.items():
            if unknown := sorted(names - set(self.categories)):
                categories = ", ".join(self.categories)
                raise ValueError(f"{field} names the column {', '.join(unknown)}, expected a category: {categories}")
        if unknown := sorted(set(self.required) - set(known)):
            raise ValueError(f"required names the column {', '.join(unknown)}, expected one of {', '.join(known)}")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row, in the order in which they are written."""
        return (*self.categories, *self.numbers)

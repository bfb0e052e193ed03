"""Core: a loaded version: it answers requests, alone or several at once, and may check and save what it makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel


class Predictor(Protocol):
    """A loaded version. `request` and `response` are pydantic models, from which a service gets its schema."""

    @property
    def request(self) -> type[BaseModel]: ...

    @property
    def response(self) -> type[BaseModel]: ...

    def predict(self, request: Any, /) -> BaseModel:
        """Return the response to an instance of `request`: the same one each time."""
        ...


@runtime_checkable
class PredictsTogether(Protocol):
    """A predictor that answers several requests in less time than one by one, with the same responses."""

    def predict_together(self, requests: Sequence[Any], /) -> Sequence[BaseModel]:
        """Return the response to each request, in their order, equal to what `predict` returns for it alone."""
        ...


@runtime_checkable
class PredictsTables(Protocol):
    """A predictor that answers a table, such as a CSV file: one row of answers for each row of the table."""

    def predict_table(self, rows: Sequence[Mapping[str, str]], /) -> Sequence[Mapping[str, Any]]:
        """Return the answers in the order of the rows. A row that cannot be answered gets an answer that says why.

        The table is whole: rows may belong together, such as the sales of one product.

        Raises:
            UsageError: a column is missing; it names the columns that are needed.
        """
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """Whether something that a model made is as it should be. `sentence` says what was found, and what was expected."""

    name: str
    passed: bool
    sentence: str
    value: float | None = None
    threshold: float | None = None


@runtime_checkable
class ChecksOutputs(Protocol):
    """A predictor that can check what it made against the attributes of the product that it was made for."""

    def check(self, request: Any, response: Any, attributes: Mapping[str, str], /) -> Sequence[Sequence[Check]]:
        """Return the checks of each output of a response, in the order of the outputs."""
        ...


@runtime_checkable
class SavesItself(Protocol):
    """A response with file formats of its own. Other responses are saved as JSON."""

    def files(self, origin: Mapping[str, str], /) -> Mapping[str, bytes]:
        """Return the files by name, with `origin`, which model and version it is from, in those that can hold it."""
        ...

"""Demand: answers a table: a row for each product, or a long history with a row for each product and date."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from pydantic import ValidationError

from components.core.errors import AtelierError, UsageError
from components.recipes.demand.ingest.rows import numbers, shares
from components.recipes.demand.predict.forecaster import Forecaster
from components.recipes.demand.predict.request import ForecastRequest, ForecastResponse, Observation

ID, DATE, QUANTITY, HORIZON = "id", "date", "quantity", "horizon"
PRICE, PROMOTION = "price", "promotion"  # of a history, if it has them
PROBLEM = "problem"
Row = Mapping[str, str]


def answer_table(forecaster: Forecaster, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return an answer for each row. In a long history the answer of a product is at its last row, others are empty.

    Raises:
        UsageError: a column is missing.
    """
    columns = rows[0].keys() if rows else {ID}
    if ID not in columns or (DATE in columns) != (QUANTITY in columns):
        found = f"The table has the columns {', '.join(columns) or 'none'}"
        raise UsageError(found, expected=f"{ID}, or {ID}, {DATE} and {QUANTITY}", act="rename them")
    places = _last_places(rows) if DATE in columns else list(range(len(rows)))
    requests = _histories(rows) if DATE in columns else [_request(row) for row in rows]
    answers: list[dict[str, Any]] = [{} for _ in rows]
    for place, answer in zip(places, answered(forecaster, requests), strict=True):
        answers[place] = answer
    return answers


def answered(forecaster: Forecaster, requests: Sequence[ForecastRequest | str]) -> list[dict[str, Any]]:
    """Return the columns of each answer; a request that cannot be answered, or a text that says why, is a problem."""
    checked = [
        request if isinstance(request, str) else _problem(forecaster, request) or request for request in requests
    ]
    good = [request for request in checked if isinstance(request, ForecastRequest)]
    found = iter(forecaster.answer(good))
    return [{PROBLEM: one} if isinstance(one, str) else _columns(next(found)) for one in checked]


def _problem(forecaster: Forecaster, request: ForecastRequest) -> str:
    try:
        forecaster.horizon(request, forecaster.product(request))
    except AtelierError as error:
        return str(error)
    return ""


def _columns(answer: ForecastResponse) -> dict[str, Any]:
    return {
        "dates": list(answer.dates),
        "forecast": list(answer.forecast),
        **{f"q{level}": list(values) for level, values in answer.quantiles.items()},
        "demand_class": answer.demand_class,
        "abc": answer.abc,
        "xyz": answer.xyz,
        "method": answer.method,
        "reason": answer.reason,
    }


def _request(row: Row) -> ForecastRequest | str:
    return _made({"id": row[ID].strip(), "horizon": row.get(HORIZON, "").strip() or None})


def _last_places(rows: Sequence[Row]) -> list[int]:
    """Return the place of the last row of each product, in the order of the products."""
    last: dict[str, int] = {}
    for place, row in enumerate(rows):
        last[row[ID].strip()] = place
    return list(last.values())


def _histories(rows: Sequence[Row]) -> list[ForecastRequest | str]:
    """Return the request of each product, in the order in which they begin."""
    names = (ID, DATE, QUANTITY, HORIZON, PRICE, PROMOTION)
    frame = pd.DataFrame({name: [row.get(name, "") for row in rows] for name in names})
    frame[ID] = frame[ID].str.strip()
    days = pd.to_datetime(frame[DATE].str.strip(), format="ISO8601", errors="coerce", utc=True)
    quantities = pd.to_numeric(frame[QUANTITY].str.strip(), errors="coerce")
    prices = numbers(frame[PRICE])[0]
    frame = frame.assign(day=days.dt.date, pieces=quantities, paid=prices.where(prices > 0))
    frame["promoted"] = shares(frame[PROMOTION])
    return [_history(str(name), part) for name, part in frame.groupby(ID, sort=False)]


def _history(name: str, part: pd.DataFrame) -> ForecastRequest | str:
    bad = part[part["day"].isna() | part["pieces"].isna()]
    if len(bad):
        first = bad.iloc[0]
        found = f"{name!r} has the date {first[DATE]!r} with the quantity {first[QUANTITY]!r}"
        return f"{found}, expected a date such as 2025-12-31 and a number"
    horizon = next((value.strip() for value in part[HORIZON] if value.strip()), None)
    facts = zip(part["day"], part["pieces"].astype(float), part["paid"], part["promoted"], strict=True)
    history = [
        Observation.model_construct(date=day, quantity=pieces, price=_known(paid), promotion=_known(promoted))
        for day, pieces, paid, promoted in facts
    ]
    return _made({"id": name, "horizon": horizon}, history)


def _known(value: float) -> float | None:
    return None if value != value else float(value)


def _made(fields: Mapping[str, Any], history: Sequence[Observation] | None = None) -> ForecastRequest | str:
    try:
        request = ForecastRequest.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))} is refused ({first['msg']})"
    return request if history is None else request.model_copy(update={"history": history})

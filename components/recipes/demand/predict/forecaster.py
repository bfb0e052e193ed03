"""Demand: a version that answers: forecasts of products that it knows, or of histories that it is given."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from components.core.errors import UsageError
from components.recipes.demand.classes.demand_class import demand_class
from components.recipes.demand.forecasters.rows import Array, Rows, period_number
from components.recipes.demand.predict.histories import product_of
from components.recipes.demand.predict.products import Product, load_products
from components.recipes.demand.predict.reason import reasons
from components.recipes.demand.predict.request import ForecastRequest, ForecastResponse
from components.recipes.demand.predict.version import Version, open_version
from components.recipes.demand.series import ALIASES, NOUNS

DIGITS = 6  # of a quantity in an answer
EVERY = 1_000_000  # SARIMA is fitted to each product that asks for it: the bound of the training was one of time


@dataclass(frozen=True)
class Forecaster:
    """A version with the products that it knows."""

    version: Version
    products: Mapping[str, Product]

    @cached_property
    def by_plain_id(self) -> Mapping[str, Product]:
        """The products by their ids without spaces and letter case, where these are unambiguous."""
        plain = [_plain(name) for name in self.products]
        counts = Counter(plain)
        return {key: one for key, one in zip(plain, self.products.values(), strict=True) if counts[key] == 1}

    def answer(self, requests: Sequence[ForecastRequest]) -> list[ForecastResponse]:
        """Return the answers in order. Requests of one horizon are forecast together.

        Raises:
            UsageError: a product is unknown, a history is empty, or a horizon is longer than a history.
        """
        products = [self.product(request) for request in requests]
        horizons = [self.horizon(request, one) for request, one in zip(requests, products, strict=True)]
        answers: dict[int, ForecastResponse] = {}
        for horizon in dict.fromkeys(horizons):
            places = [place for place, own in enumerate(horizons) if own == horizon]
            found = self._answers([products[place] for place in places], horizon)
            answers.update(zip(places, found, strict=True))
        return [answers[place] for place in range(len(requests))]

    def product(self, request: ForecastRequest) -> Product:
        if request.history is not None:
            xyz = tuple(self.version.about["thresholds"]["xyz"])
            return product_of(request.id, request.history, self.version.about["frequency"], xyz)
        known = self.products.get(request.id) or self.by_plain_id.get(_plain(request.id))
        if known is None:
            some = ", ".join(list(self.products)[:3])
            found = f"No product of this version is called {request.id!r}"
            raise UsageError(found, expected=f"one of {len(self.products)}, such as {some}", act="or give its history")
        return known

    def horizon(self, request: ForecastRequest, product: Product) -> int:
        """Return the horizon of a request. One that the version did not learn must not exceed the history."""
        learnt = int(self.version.about["horizon"])
        wanted, noun = request.horizon or learnt, NOUNS[self.version.about["frequency"]]
        if wanted > max(learnt, len(product.quantities)):
            known = f"whose history has {len(product.quantities)}"
            found = f"A horizon of {wanted} {noun}s was asked for {request.id!r}, {known}"
            raise UsageError(found, expected=f"{max(learnt, len(product.quantities))} at most", act="ask for fewer")
        return wanted

    def _answers(self, products: Sequence[Product], horizon: int) -> list[ForecastResponse]:
        rows = self.rows(products, horizon)
        chosen, features = self.version.choose(rows)
        means, quantiles = self.version.forecast(rows, chosen)
        why = reasons(self.version, rows, chosen, features)
        return [
            self._response(product, rows, k, (chosen[k], why[k], means[k], quantiles[k]))
            for k, product in enumerate(products)
        ]

    def rows(self, products: Sequence[Product], horizon: int) -> Rows:
        """Return a row for each product, after its last period."""
        about = self.version.about
        limits = (about["thresholds"]["adi"], about["thresholds"]["cv2"])
        ends = [period_number(one.start, about["frequency"]) + len(one.quantities) for one in products]
        return Rows(
            histories=[one.quantities for one in products],
            ends=np.array(ends, dtype=np.int64),
            actuals=np.full((len(products), horizon), np.nan),
            series=np.arange(len(products)),
            folds=np.zeros(len(products), dtype=np.int64),
            classes=tuple(demand_class(one.quantities, *limits) for one in products),
            abc=tuple(one.abc for one in products),
            xyz=tuple(one.xyz for one in products),
            outliers=np.array([one.outliers for one in products], dtype=bool),
            beside=[one.beside for one in products] if any(one.beside for one in products) else (),
        )

    def _response(
        self, product: Product, rows: Rows, row: int, found: tuple[str, str, Array, Array]
    ) -> ForecastResponse:
        method, reason, means, quantiles = found
        frequency = self.version.about["frequency"]
        begin = pd.date_range(product.start, periods=2, freq=ALIASES[frequency])[0]
        dates = pd.date_range(begin, periods=len(product.quantities) + len(means), freq=ALIASES[frequency])
        levels = self.version.levels
        return ForecastResponse(
            id=product.id,
            frequency=frequency,
            dates=[day.date().isoformat() for day in dates[len(product.quantities) :]],
            forecast=[round(float(value), DIGITS) for value in means],
            quantiles={f"{q:g}": [round(float(v), DIGITS) for v in quantiles[:, k]] for k, q in enumerate(levels)},
            demand_class=rows.classes[row],
            abc=product.abc,
            xyz=product.xyz,
            method=method,
            reason=reason,
        )


def open_forecaster(folder: Path, processes: int = 1) -> Forecaster:
    """Load a version with its products, from its checkpoint or from the folder in which MLflow keeps it."""
    version = open_version(folder, processes)
    fitted = replace(version.fitted, sarima_series=EVERY)
    return Forecaster(replace(version, fitted=fitted), load_products(version.folder))


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()

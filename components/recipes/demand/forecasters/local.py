"""Demand: the methods that forecast each series from its own history, by statsforecast."""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.recipes.demand.classes.demand_class import ERRATIC, SMOOTH

Array = NDArray[np.float64]
SARIMA = "sarima"
WINDOW = 8  # periods of the moving average
ARIMA_PERIODS = 104  # of a history that SARIMA is fitted to, at least two seasons: its time grows with them
LARGEST_ETS_SEASON = 24  # periods: statsforecast estimates no longer season by ETS
ARIMA_LIMITS: Mapping[str, Any] = {  # a search without these takes seconds a series
    **{"max_p": 2, "max_q": 2, "max_P": 1, "max_Q": 1, "max_order": 3, "max_d": 1, "max_D": 1},
    **{"approximation": True, "nmodels": 12},
}
MS: Mapping[str, float] = {SARIMA: 250.0, "ets": 6.0, "theta": 3.0}  # that a forecast takes; others take 1 or less
CHUNK_MS = 400  # of work that a process is given at a time
FEWEST_MS = 8_000  # of work; less is done sooner than several processes start


@dataclass(frozen=True, slots=True)
class LocalForecasts:
    """Means (n, horizon), and how many rows the method failed on, which have the fallback's forecast."""

    means: Array
    failed: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What one method is to forecast: histories, and the demand class of each."""

    name: str
    histories: Sequence[Array]
    classes: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Series:
    history: Array
    often: bool  # whether it is smooth or erratic


_Part = tuple[str, Sequence[_Series]]


def forecast_local(
    name: str, histories: Sequence[Array], classes: Sequence[str], horizon: int, season: int, processes: int = 1
) -> LocalForecasts:
    """Return the forecasts of a method for each history. Where it fails, the last value is repeated, and counted."""
    return forecast_together([Asked(name, histories, classes)], horizon, season, processes)[0]


def forecast_together(
    asked: Sequence[Asked],
    horizon: int,
    season: int,
    processes: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[LocalForecasts]:
    """Return the forecasts of several methods, each as `forecast_local` does; they share the processes."""
    parts = [(place, part) for place, one in enumerate(asked) for part in _parts(one)]
    parts.sort(key=lambda part: -MS.get(part[1][0], 1.0))  # what takes longest first, so that processes end together
    found: list[list[tuple[Array, int]]] = [[] for _ in asked]
    work = partial(_forecast_part, horizon, season)
    total = sum(len(one.histories) * MS.get(one.name, 1.0) for one in asked)
    with _mapping(processes if total >= FEWEST_MS else 1) as each:
        for done, ((place, _), made) in enumerate(zip(parts, each(work, [part for _, part in parts]), strict=True)):
            progress(done, len(parts))
            found[place].append(made)
    return [
        LocalForecasts(np.concatenate([np.empty((0, horizon)), *(m for m, _ in one)]), sum(failed for _, failed in one))
        for one in found
    ]


def _parts(asked: Asked) -> list[_Part]:
    facts = zip(asked.histories, asked.classes, strict=True)
    rows = [_Series(history, kind in (SMOOTH, ERRATIC)) for history, kind in facts]
    size = max(1, round(CHUNK_MS / MS.get(asked.name, 1.0)))
    return [(asked.name, rows[at : at + size]) for at in range(0, len(rows), size)]


@contextmanager
def _mapping(processes: int) -> Iterator[Callable[..., Any]]:
    """Yield a function such as `map`, which works in this process or in several."""
    if processes == 1:
        yield map
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield pool.map


def _forecast_part(horizon: int, season: int, part: _Part) -> tuple[Array, int]:
    return _forecast_all(part[0], horizon, season, part[1])


def _forecast_all(name: str, horizon: int, season: int, rows: Sequence[_Series]) -> tuple[Array, int]:
    means, failed = np.empty((len(rows), horizon)), 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of optimizers that stop early: the forecast is checked below
        for place, row in enumerate(rows):
            found = _forecast_one(name, row, horizon, season)
            failed += found is None
            means[place] = row.history[-1] if found is None else found
    return np.maximum(means, 0.0), failed


def _forecast_one(name: str, row: _Series, horizon: int, season: int) -> Array | None:
    """Return (horizon,) the forecast, or None where the method cannot make one."""
    try:
        read = row.history[-ARIMA_PERIODS:] if name == SARIMA else row.history
        found = LOCAL[name](row, season).forecast(y=read, h=horizon)["mean"]
    except Exception:
        return None
    mean = np.asarray(found, dtype=np.float64)
    return mean if mean.shape == (horizon,) and np.isfinite(mean).all() else None


def _seasonal_naive(row: _Series, season: int) -> Any:
    from statsforecast.models import SeasonalNaive

    if len(row.history) < season:
        raise ValueError("the history is shorter than a season")
    return SeasonalNaive(season_length=season)


def _moving_average(row: _Series, season: int) -> Any:
    from statsforecast.models import WindowAverage

    return WindowAverage(window_size=min(WINDOW, len(row.history)))


def _ets(row: _Series, season: int) -> Any:
    """Return additive ETS, as demand has zeros; with a season or a trend only where demand is frequent enough for one.

    Where it is seldom a trend makes forecasts worse (car parts: RMSSE 0.566 with it, 0.550 without), and takes most of
    the time.
    """
    from statsforecast.models import AutoETS

    if not row.often:
        return AutoETS(season_length=1, model="ANN")
    seasonal = 1 < season <= LARGEST_ETS_SEASON and len(row.history) >= 2 * season
    return AutoETS(season_length=season, model="AZA") if seasonal else AutoETS(season_length=1, model="AZN")


def _sarima(row: _Series, season: int) -> Any:
    from statsforecast.models import AutoARIMA

    seasonal = season if season <= LARGEST_ETS_SEASON and len(row.history) >= 2 * season else 1
    return AutoARIMA(season_length=seasonal, **ARIMA_LIMITS)


def _theta(row: _Series, season: int) -> Any:
    from statsforecast.models import Theta

    return Theta(season_length=season if len(row.history) >= 2 * season else 1)


def _stock(name: str, **settings: Any) -> Callable[[_Series, int], Any]:
    def make(row: _Series, season: int) -> Any:
        from statsforecast import models

        return getattr(models, name)(**settings)

    return make


LOCAL: Mapping[str, Callable[[_Series, int], Any]] = {
    "naive": _stock("Naive"),
    "seasonal-naive": _seasonal_naive,
    "moving-average": _moving_average,
    "ets": _ets,
    SARIMA: _sarima,
    "croston": _stock("CrostonSBA"),
    "tsb": _stock("TSB", alpha_d=0.1, alpha_p=0.1),
    "adida": _stock("ADIDA"),
    "imapa": _stock("IMAPA"),
    "theta": _theta,
}

"""Demand: what the report of an ingest says of each series: its classes, its group, whether it is unusual."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.recipes.demand.classes.abc_xyz import abc_classes, variation, xyz_class
from components.recipes.demand.classes.anomalies import Anomaly, find_anomalies
from components.recipes.demand.classes.clusters import Clusters, find_clusters
from components.recipes.demand.classes.demand_class import adi, cv2, demand_class
from components.recipes.demand.classes.features import feature_table
from components.recipes.demand.data_settings import DataSettings
from components.recipes.demand.ingest.days import first_days
from components.recipes.demand.ingest.outliers import outliers
from components.recipes.demand.ingest.periods import FoundSeries, Whole
from components.recipes.demand.ingest.split import value_of
from components.recipes.demand.series import ALIASES, NOUNS

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Facts:
    """The series of a table up to its last period, and what was found out about them; sequences are in one order."""

    series: Sequence[Whole]
    dates: pd.DatetimeIndex  # of the table's periods
    holes: Sequence[int]
    adi: Floats
    cv2: Floats
    variation: Floats
    value: Floats  # of the last season, in money if prices are known
    demand_class: Sequence[str]
    abc: Sequence[str]
    xyz: Sequence[str]
    outliers: Sequence[Sequence[int]]
    features: Floats
    clusters: Sequence[Clusters]
    anomalies: Sequence[Anomaly]
    by_price: bool

    def dates_of(self, place: int) -> pd.DatetimeIndex:
        return self.dates[self.series[place].first :]


def find_facts(found: FoundSeries, data: DataSettings, seed: int) -> Facts:
    """Return the facts. They describe a table to people; nothing is trained or chosen by them."""
    histories = [whole.quantities for whole in found.series]
    first = first_days(np.array([found.first]), data.frequency).astype("datetime64[D]")[0]
    dates = pd.date_range(str(first), periods=found.periods, freq=ALIASES[data.frequency])
    value = np.array([value_of(w.quantities, w.prices, data.seasonal_periods) for w in found.series])
    features, limits = feature_table(histories, data.seasonal_periods), data.classes
    texts = [str(day.date()) for day in dates]
    anomalies = find_anomalies(
        features,
        histories,
        [texts[whole.first :] for whole in found.series],
        NOUNS[data.frequency],
        (limits.anomalies, seed),
    )
    return Facts(
        series=found.series,
        dates=dates,
        holes=found.holes,
        adi=np.array([adi(history) for history in histories]),
        cv2=np.array([cv2(history) for history in histories]),
        variation=np.array([variation(history) for history in histories]),
        value=value,
        demand_class=[demand_class(history, limits.adi, limits.cv2) for history in histories],
        abc=abc_classes([float(each) for each in value], limits.abc),
        xyz=[xyz_class(history, limits.xyz) for history in histories],
        outliers=[outliers(history, data.reading.outlier) for history in histories],
        features=features,
        clusters=find_clusters(features, seed),
        anomalies=anomalies,
        by_price=any(whole.prices is not None for whole in found.series),
    )

"""Tests: the scaled losses by which methods are chosen."""

import numpy as np
import utilsforecast.losses as theirs

from components.recipes.demand.forecasters.rows import split_rows
from components.recipes.demand.router.losses import scales, service_losses
from tests.components.metrics.test_quantile_loss import table
from tests.components.recipes.demand.trained import config, snapshot


def test_a_loss_is_the_scaled_quantile_loss_of_utilsforecast() -> None:
    rows = split_rows(snapshot(6).splits["test"], config().data)
    quantiles = np.random.default_rng(1).gamma(2.0, 2.0, (6, 4, 2))
    frame, train = table(rows.actuals, m=quantiles[:, :, 1]), table(np.array(rows.histories))
    wanted = theirs.scaled_quantile_loss(frame, {"m": "m"}, seasonality=1, train_df=train, q=0.95)["m"]
    assert np.allclose(service_losses({"m": quantiles}, rows, [0.5, 0.95], 0.95)[:, 0], wanted)


def test_a_constant_is_scaled_by_its_mean_and_a_series_without_demand_has_no_scale() -> None:
    found = scales([np.full(5, 3.0), np.zeros(5), np.array([4.0])])
    assert found[0] == 3.0
    assert np.isnan(found[1])
    assert found[2] == 4.0

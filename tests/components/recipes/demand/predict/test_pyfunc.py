"""Tests: what MLflow loads and calls, and that the golden sample notices another version."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from components.core.errors import CheckpointError, DataError
from components.recipes.demand.golden import check_golden, make_golden
from components.recipes.demand.package import package
from components.recipes.demand.predict.forecaster import open_forecaster
from components.recipes.demand.predict.pyfunc import Served
from components.recipes.demand.predict.request import ForecastRequest, Observation
from tests.components.recipes.demand.trained import checkpoint, trained


@pytest.fixture(scope="module")
def served() -> Any:
    """Load as MLflow does: it calls the loader module's `_load_pyfunc` with the folder that was packed."""
    options = package(trained()[0], checkpoint("router")).options
    return import_module(options["loader_module"])._load_pyfunc(options["data_path"])


def test_what_mlflow_loads_forecasts_what_the_version_forecasts(served: Any) -> None:
    found = served.predict(pd.DataFrame({"id": ["P00", "P05"]}))
    wanted = open_forecaster(checkpoint("router").folder).answer([ForecastRequest(id="P00"), ForecastRequest(id="P05")])
    assert found["forecast"].tolist() == [list(one.forecast) for one in wanted]
    assert found["reason"].tolist() == [one.reason for one in wanted]


def test_a_packed_version_reproduces_its_golden_sample(served: Any) -> None:
    check_golden(served, make_golden(trained()[0], checkpoint("router")))


def test_another_version_does_not_reproduce_it() -> None:
    other = Served(open_forecaster(checkpoint("zero").folder))
    with pytest.raises(CheckpointError, match="off the golden one"):
        check_golden(other, make_golden(trained()[0], checkpoint("router")))


def test_what_is_no_table_with_ids_is_refused(served: Any) -> None:
    with pytest.raises(DataError, match="expected a table with the column id"):
        Served(open_forecaster(checkpoint("zero").folder)).predict(["P00"])


def test_a_package_holds_no_file_of_a_pickle(served: Any) -> None:
    kinds = {path.suffix for path in Path(package(trained()[0], checkpoint("router")).options["data_path"]).rglob("*")}
    assert kinds <= {".json", ".safetensors", ".txt", ""}


def test_a_history_is_answered_as_the_same_history_in_a_request(served: Any) -> None:
    days = pd.date_range("2024-01-01", periods=20, freq="W-MON")
    table = pd.DataFrame(
        {"id": "own", "date": days.strftime("%Y-%m-%d"), "quantity": 5.0, "price": 2.0, "promotion": 0}
    )
    found = served.predict(table)
    history = [Observation(date=day.date(), quantity=5.0, price=2.0) for day in days]
    wanted = served.forecaster.answer([ForecastRequest(id="own", history=history)])[0]
    assert found["forecast"].iloc[-1] == list(wanted.forecast)
    assert found["forecast"].iloc[:-1].tolist() == [[]] * 19


def test_the_signature_takes_ids_or_a_history() -> None:
    signature = package(trained()[0], checkpoint("router")).signature
    assert signature is not None
    assert signature.optional
    assert list(signature.inputs) == ["id", "date", "quantity", "price", "promotion"]

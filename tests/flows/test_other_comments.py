"""Tests: a classifier of one site's real comments sees drift in comments of other machines, and abstains from them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.lifecycle import lifecycle
from flows.monitor import monitor
from tests.components.recipes.failure_modes.conftest import failure_modes

__all__ = ["failure_modes"]  # the fixture
MODEL = "failure-modes"
SMALL = ['train.candidates=["majority", "logistic-regression"]', "train.folds=3", "promote.at_least={}"]
OTHERS = {
    "excavator_failure_mode.csv": [],
    "maintnet_aviation.csv": ["data.text=PROBLEM", "data.label=null"],
}
pytestmark = [pytest.mark.slow, pytest.mark.shared_data]


@pytest.fixture(scope="module")
def promoted(
    failure_modes: Path, template_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[str]]:
    home = tmp_path_factory.mktemp("comments")
    (home / "mlflow.db").write_bytes(template_database.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATELIER_HOME", str(home))
        for name in ("MLFLOW_TRACKING_URI", "ATELIER_MODELS"):
            patch.delenv(name, raising=False)
        decisions = lifecycle(MODEL, str(failure_modes / "fmc_mwo2kg.csv"), SMALL)
        assert "PROMOTE" in {str(decision.verdict) for decision in decisions}
        yield SMALL


def test_its_own_comments_are_no_new_rows(promoted: list[str], failure_modes: Path) -> None:
    found = monitor(MODEL, str(failure_modes / "fmc_mwo2kg.csv"), promoted)
    assert (found["state"], found["new_rows"]) == ("TOO FEW", 0)


@pytest.mark.parametrize("file", sorted(OTHERS))
def test_comments_on_other_machines_are_drift_and_it_answers_fewer_of_them(
    promoted: list[str], failure_modes: Path, file: str
) -> None:
    found = monitor(MODEL, str(failure_modes / file), [*promoted, *OTHERS[file]])
    assert found["state"] == "DRIFT"
    columns = {column["column"]: column for column in found["columns"]}
    assert columns["words"]["state"] == "DRIFT"

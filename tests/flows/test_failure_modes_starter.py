"""Tests: a lifecycle of the classifier of invented comments: its names and scores are shown everywhere."""

# mypy: disable-error-code="no-untyped-call, attr-defined"

import json
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pandas as pd
import pytest

from components.recipes import read_config
from components.recipes.failure_modes.scores import SHOWN
from flows.ingest import ingest
from flows.lifecycle import lifecycle
from flows.monitor import monitor
from registry import aliases
from registry.client import connect
from registry.environment import process_environment
from registry.settings import settings
from registry.status import status
from registry.version_files import verified_files
from tests.flows.command_line import run

MODEL = "failure-modes-starter"
PANELS = {"pareto", "coverage", "classes", "top", "calibration", "robustness", "errors", "labels"}
SMALL = ['train.candidates=["majority", "complement-naive-bayes"]', "train.folds=3"]


@pytest.fixture(scope="module")
def classifier(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("comments")
    (home / "mlflow.db").write_bytes(template_database.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATELIER_HOME", str(home))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.delenv("ATELIER_MODELS", raising=False)
        for name, value in {**process_environment(), "COLUMNS": "100"}.items():
            patch.setenv(name, value)  # commands set them for the whole process
        lifecycle(MODEL, overrides=SMALL)
        yield MODEL


def test_each_candidate_is_a_version_with_its_name_its_run_and_its_tags(classifier: str) -> None:
    found = status(read_config(settings().models, classifier, SMALL))
    assert [version["name"] for version in found["versions"]] == ["complement-naive-bayes", "majority"]
    assert found["production"]["name"] == "complement-naive-bayes"
    assert [column["name"] for column in found["shown"]] == list(SHOWN)
    version = aliases.production(classifier)
    assert version is not None
    assert set(SHOWN) <= version.tags.keys()
    own = connect().get_run(str(version.run_id))
    assert own.info.run_name == "complement-naive-bayes"
    assert own.data.tags["mlflow.parentRunId"]


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        (["status"], "2 complement-naive-bayes"),
        (["compare", "2", "1"], "2 (complement-naive-bayes) and 1 (majority)"),
    ],
)
def test_commands_say_the_names_of_candidates(classifier: str, command: list[str], printed: str) -> None:
    done = run(command[0], classifier, *command[1:])
    assert printed in " ".join(done.stdout.split())


def test_the_card_says_how_to_load_it_and_its_files_hold_no_pickle(classifier: str) -> None:
    version = aliases.production(classifier)
    assert version is not None
    assert "mlflow.pyfunc.load_model" in version.description
    assert "complement-naive-bayes" in version.description
    names = verified_files(version).manifest.files
    assert {Path(name).suffix for name in names} <= {"", ".json", ".yaml", ".txt", ".safetensors", ".skops"}


def test_stock_mlflow_answers_a_table_by_the_name_of_the_version(classifier: str) -> None:
    connect()
    model = mlflow.pyfunc.load_model(f"models:/{classifier}@Production")
    found = model.predict(pd.DataFrame({"text": ["hyd hose leaking oil", ""]}), params={"top": 2})
    assert found["class"].iloc[0] == "Leak"
    assert list(found["abstain"]) == [False, True]
    assert len(found["top"][0]) == 2


def test_the_report_has_its_panels(classifier: str) -> None:
    report = json.loads((settings().reports / classifier / "report.json").read_text(encoding="utf-8"))
    assert report["panels"].keys() == PANELS
    assert report["panels"]["pareto"]["data"]["knee"] == "complement-naive-bayes"
    page = (settings().reports / classifier / "report.html").read_text(encoding="utf-8")
    assert "<h2>By candidate</h2>" in page
    assert "step 2" not in page.split("</style>")[1]


def test_other_comments_are_drift(classifier: str, tmp_path: Path) -> None:
    strange = [f"budget item {n} approved by finance on time" for n in range(80)]
    pd.DataFrame({"text": strange}).to_csv(tmp_path / "new.csv", index=False)
    no_labels = ["data.label=null", "data.near_duplicate=1.0", "monitor.outputs=0"]
    found = monitor(classifier, str(tmp_path / "new.csv"), [*SMALL, *no_labels])
    assert found["state"] == "DRIFT"
    drifted = {column["column"] for column in found["columns"] if column["state"] == "DRIFT"}
    assert {"abstains", "expected accuracy", "words"} <= drifted


def test_corrections_are_kept_and_the_next_ingest_uses_them(classifier: str, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("text,label\nbattery dead,Electrical\nscanner frozen,Sensor or control\n")
    file = ["--file", str(tmp_path / "c.csv"), "--by", "anna"]
    done = run("feedback", classifier, *file, "--json")
    assert json.loads(done.stdout)["added"] == 2
    again = run("feedback", classifier, *file)
    assert again.stdout.startswith(f"0 corrections by anna are kept for {classifier}. 2 of the 2 were kept already.")
    found = ingest(classifier, overrides=SMALL)
    assert found["repaired"]["label-corrected"] == 2
    assert found["repaired"]["added-by-a-correction"] == 1


def test_a_model_whose_examples_cannot_be_corrected_says_so(classifier: str, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("text,label\na,b\n")
    done = run("feedback", "starter", "--file", str(tmp_path / "c.csv"))
    assert done.exit_code == 2
    assert "starter is of the kind product-images, whose examples cannot be corrected" in done.stderr

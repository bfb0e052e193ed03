"""Tests: the metrics tell production, ledger, runs, drift and retraining; dashboard and alerts ask for what exists."""

import json
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from components.core.retraining import RetrainingAction, RetrainingDecision, RetrainingFacts
from components.recipes import RECIPES
from deployments.observability.metrics import METRICS, Models
from registry.database import engine
from registry.looks import Look, add_look
from registry.retrainings import Asked, add_retraining
from registry.settings import settings
from registry.tracking import open_run
from registry.versions import register
from tests import ROOT
from tests.registry.conftest import MODEL, make_checkpoint, promote
from tests.registry.toy_recipe import RECIPE, toy_config

FOLDER = ROOT / "deployments" / "observability"
RULES = FOLDER / "alert_rules.yaml"
DASHBOARD = json.loads((FOLDER / "grafana_dashboard.json").read_text())
FACTS = RetrainingFacts("STABLE", "", None, 0, 12)


@pytest.fixture
def model(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model with a version in production."""
    monkeypatch.setitem(RECIPES, "toy", "tests.registry.toy_recipe")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / f"{MODEL}.yaml").write_text("model: toy\n")
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    with open_run(toy_config(), "train", "flow-run") as run:
        register(toy_config(), run, RECIPE, make_checkpoint(tmp_path, 10), "t1", "s1")
    promote(1)
    return MODEL


def read(models: Models | None = None) -> dict[tuple[str, ...], float]:
    """Return the metrics as Prometheus reads them: name and values of the labels -> number."""
    registry = CollectorRegistry()
    registry.register(models or Models())
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def execute(*statements: str) -> None:
    engine(settings().database_url)
    with closing(sqlite3.connect(settings().home / "atelier.db")) as database, database:
        for statement in statements:
            database.execute(statement)


def test_production_ledger_runs_and_successes_are_told(model: str) -> None:
    found = read()
    assert found["atelier_production_version", model] == 1
    assert found["atelier_last_promotion_timestamp_seconds", model] == pytest.approx(time.time(), abs=60)
    assert found["atelier_ledger_verified", model] == 1
    assert found["atelier_unreadable", model] == 0
    assert found["atelier_runs", model, "FINISHED"] >= 1
    assert found["atelier_runs", model, "RUNNING"] == 0
    assert found["atelier_flow_last_success_timestamp_seconds", "train", model] == pytest.approx(time.time(), abs=60)


def test_an_altered_ledger_is_told(model: str) -> None:
    execute("UPDATE moves SET reason = 'another'")
    assert read()["atelier_ledger_verified", model] == 0


def test_the_newest_look_and_the_decisions_on_retraining_are_told(model: str) -> None:
    for number, state, distance in ((1, "STABLE", 0.1), (2, "DRIFT", 0.4)):
        sentence, distances = f"sentence {number}", {"colour": distance}
        add_look(Look(model, number, 1, "before", "now", number, state, "rule", sentence, 60, "run", distances))
    for action in ("WAIT", "START", "WAIT"):
        decision = RetrainingDecision(RetrainingAction(action), "rule", "sentence")
        add_retraining(Asked(model, 1.0, "schedule", "", "key"), FACTS, {}, decision)
    found = read()
    assert found["atelier_drift_distance", "colour", model] == 0.4
    assert (found["atelier_drift_state", model, "DRIFT"], found["atelier_drift_state", model, "STABLE"]) == (1, 0)
    assert found["atelier_drift_look_timestamp_seconds", model] == 2
    assert found["atelier_retraining_decisions", "WAIT", model] == 2


def test_a_reading_is_served_again_for_some_seconds(model: str) -> None:
    now = [0.0]
    models = Models(fresh=10, clock=lambda: now[0])
    assert read(models)["atelier_ledger_verified", model] == 1
    execute("UPDATE moves SET reason = 'another'")
    now[0] = 9
    assert read(models)["atelier_ledger_verified", model] == 1
    now[0] = 10
    assert read(models)["atelier_ledger_verified", model] == 0


def test_a_model_that_cannot_be_read_does_not_hide_the_metrics(
    model: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:secret@127.0.0.1:9")
    assert read() == {("atelier_unreadable", model): 1}
    assert "secret" not in capsys.readouterr().err


EXPORTED = {*METRICS, "atelier_unreadable"}


def named(expression: str) -> set[str]:
    words = expression.replace("{", " ").replace("(", " ").replace(")", " ").replace("[", " ").replace(",", " ").split()
    return {word for word in words if word.startswith("atelier_")}


def test_the_dashboard_is_whole_and_asks_for_metrics_that_exist() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [
        (panel["gridPos"]["x"] + dx, panel["gridPos"]["y"] + dy)
        for panel in panels
        for dx in range(panel["gridPos"]["w"])
        for dy in range(panel["gridPos"]["h"])
    ]
    assert len(set(places)) == len(places)  # no panel is over another
    assert max(x for x, _ in places) < 24
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    asked = {name for expression in expressions for name in named(expression)}
    assert asked == EXPORTED
    assert {"uid", "title", "schemaVersion", "templating", "time"} <= DASHBOARD.keys()


def test_each_alert_asks_for_metrics_that_exist_and_says_what_to_do() -> None:
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    for rule in rules:
        assert named(rule["expr"])
        assert named(rule["expr"]) <= EXPORTED
        assert rule["annotations"].keys() == {"summary", "command"}


@pytest.mark.parametrize("words", [["rules", "alert_rules.yaml"], ["config", "prometheus.yml"]])
def test_promtool_accepts_the_rules_and_the_configuration(words: list[str]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: it comes with Prometheus (`apt-get install prometheus`)")
    done = subprocess.run([promtool, "check", *words], cwd=FOLDER, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def alerting(tmp_path: Path) -> Callable[[str], str]:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: it comes with Prometheus (`apt-get install prometheus`)")

    def run(cases: str) -> str:
        (tmp_path / "cases.yaml").write_text(cases)
        done = subprocess.run([promtool, "test", "rules", str(tmp_path / "cases.yaml")], capture_output=True, text=True)
        return done.stdout + done.stderr

    return run


def test_the_alerts_fire_when_they_should(alerting: Callable[[str], str]) -> None:
    assert "SUCCESS" in alerting(
        f"""
rule_files: [{RULES}]
tests:
  - interval: 1m
    input_series:
      - {{series: 'atelier_ledger_verified{{model="a"}}', values: '1 1 0 0'}}
      - {{series: 'atelier_drift_look_timestamp_seconds{{model="a"}}', values: '0x4000'}}
      - {{series: 'atelier_unreadable{{model="a"}}', values: '0x4000'}}
    alert_rule_test:
      - {{eval_time: 1m, alertname: AtelierLedgerAltered}}
      - eval_time: 3m
        alertname: AtelierLedgerAltered
        exp_alerts:
          - exp_labels: {{severity: critical, model: a}}
            exp_annotations:
              summary: The ledger of a was altered, and nothing is promoted until it is restored.
              command: atelier verify a
      - {{eval_time: 2d, alertname: AtelierMonitorOverdue}}
      - eval_time: 49h
        alertname: AtelierMonitorOverdue
        exp_alerts:
          - exp_labels: {{severity: warning, model: a}}
            exp_annotations:
              summary: No monitor of a succeeded for two days.
              command: atelier doctor
"""
    )

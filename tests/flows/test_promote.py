"""Tests: promotions that a person orders, overrules, approves or rejects, and those that find something wrong."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from time import sleep
from typing import Any, cast

import pytest
from prefect.client.orchestration import get_client
from prefect.exceptions import Pause
from prefect.flow_engine import run_flow
from prefect.flow_runs import resume_flow_run
from sqlalchemy import update
from typer.testing import CliRunner

from components.core.errors import AtelierError, RegistryError, UnavailableError, UsageError
from components.core.records import Decision, Verdict
from flows.already_done import standing
from flows.cli import app
from flows.evaluate import evaluate
from flows.events import emit
from flows.ingest import ingest
from flows.promote import promote
from flows.promotion.request import Order
from flows.rollback import rollback
from flows.train import train
from registry.aliases import CHALLENGER, PRODUCTION, aliases
from registry.client import connect
from registry.database import MOVES, engine
from registry.environment import process_environment
from registry.ledger.entries import Action
from registry.ledger.store import history
from registry.ledger.verify import verify
from registry.production import Offer, end_of_ledger, move_production
from registry.settings import settings
from registry.status import status
from registry.tags import ADAPTER, DECISION_RULE, SCORECARD
from tests.flows.conftest import toy_home

WANTS_APPROVAL = ["promote.approval=true"]


@pytest.fixture(scope="module")
def scored_home(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A toy whose versions are scored; the tests of this module tell, in their order, what is promoted then."""
    with toy_home(template_database, tmp_path_factory.mktemp("scored")) as model:
        ingest(model)
        train(model)
        evaluate(model)
        yield model


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"force": True, "reason": "a slip"}, "--force was given without --version"),
        ({"force": True, "version": 1, "reason": " "}, "--force was given without --reason"),
        ({"approve": True}, "--approve was given without --reason"),
    ],
)
def test_an_order_that_leaves_out_what_or_why_is_wrong_usage(order: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Order(**order)


def test_an_evaluated_version_has_a_card_that_says_its_scores(scored_home: str) -> None:
    description = connect().get_model_version(scored_home, "1").description
    assert "accuracy" in description
    assert "Not evaluated yet" not in description


def test_a_version_that_is_not_there_is_named_and_nothing_moves(scored_home: str) -> None:
    with pytest.raises(RegistryError, match="fruit has no version 99: `python -m flows status fruit` shows them"):
        promote(scored_home, version=99)
    assert aliases(scored_home) == {}
    assert history(scored_home) == []


def test_a_version_of_another_model_is_not_there(scored_home: str) -> None:
    client = connect()
    client.create_registered_model("vegetables")
    numbers = [int(client.create_model_version("vegetables", source="runs:/0/x").version) for _ in range(6)]
    with pytest.raises(RegistryError, match=f"fruit has no version {numbers[-1]}"):
        promote(scored_home, version=numbers[-1])


def test_without_any_scored_version_of_these_settings_the_command_to_run_is_named(scored_home: str) -> None:
    with pytest.raises(AtelierError, match=r"No version of fruit .* run `python -m flows evaluate fruit` first"):
        promote(scored_home, overrides=["train.stride=1"])


def test_an_unscored_version_is_told_from_a_missing_one(scored_home: str) -> None:
    client, card = connect(), connect().get_model_version(scored_home, "1").tags[SCORECARD]
    client.delete_model_version_tag(scored_home, "1", SCORECARD)
    with pytest.raises(
        AtelierError, match=r"Version 1 of fruit is not one that .* scored with the present settings on snapshot"
    ):
        promote(scored_home, version=1, force=True, reason="a slip")
    client.set_model_version_tag(scored_home, "1", SCORECARD, card)


def test_who_judges_one_version_alone_leaves_the_others_to_be_decided_upon(scored_home: str) -> None:
    assert promote(scored_home, version=1)[0].verdict is Verdict.REJECT
    assert not standing(scored_home, None, [])


def test_versions_that_nobody_scored_are_left_out_and_named(
    scored_home: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    client, card = connect(), connect().get_model_version(scored_home, "1").tags[SCORECARD]
    client.delete_model_version_tag(scored_home, "1", SCORECARD)
    assert 1 not in {decision.version for decision in promote(scored_home, dry_run=True)}
    client.set_model_version_tag(scored_home, "1", SCORECARD, card)
    said = capfd.readouterr().err + caplog.text
    assert "left out, as `evaluate` has not scored them with these settings: version 1" in said


def test_where_a_person_must_approve_a_promotion_without_one_is_held(scored_home: str) -> None:
    (held,) = [d for d in promote(scored_home, overrides=WANTS_APPROVAL) if d.rule == "approval"]
    assert held.verdict is Verdict.HOLD
    assert "promote fruit --approve --reason" in held.reason
    assert PRODUCTION not in aliases(scored_home)


def test_a_deployed_run_sleeps_until_a_person_answers_and_a_rejection_is_kept(scored_home: str) -> None:
    decisions = asked(scored_home, {"approve": False, "comment": "It is the wrong plum."})
    (rejected,) = [decision for decision in decisions if decision.rule == "rejected"]
    assert rejected.verdict is Verdict.REJECT
    assert rejected.reason == "Rejected by a person: It is the wrong plum."
    assert PRODUCTION not in aliases(scored_home)
    assert history(scored_home)[-1].move.action == Action.REFUSED


def test_a_version_whose_files_were_changed_is_rejected_and_the_ledger_says_why(scored_home: str) -> None:
    best = first_choice(scored_home)
    (file, *_) = files_of(scored_home, best)
    kept = file.read_bytes()
    file.write_text('{"threshold": 60.0 }')
    (rejected,) = [decision for decision in promote(scored_home) if decision.rule == "smoke"]
    file.write_bytes(kept)
    assert (rejected.version, rejected.verdict) == (best, Verdict.REJECT)
    assert "not what was registered" in rejected.reason
    assert connect().get_model_version(scored_home, str(best)).tags[DECISION_RULE] == "smoke"
    last = history(scored_home)[-1].move
    assert (last.action, last.rule, last.reason) == (Action.REFUSED, "smoke", rejected.reason)
    assert PRODUCTION not in aliases(scored_home)


def test_an_outage_in_the_middle_moves_nothing_and_the_next_promotion_goes_on(
    scored_home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = first_choice(scored_home)
    decision = Decision(best, Verdict.PROMOTE, "first", "It is the best.")

    def go_away(version: int) -> None:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")

    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(UnavailableError, match="MLflow does not answer"):
        move_production(scored_home, Offer(best, "a run"), lambda _: decision, go_away)
    monkeypatch.undo()
    assert PRODUCTION not in aliases(scored_home)


def test_a_persons_approval_promotes_and_the_ledger_has_what_it_rests_on(scored_home: str) -> None:
    decisions = asked(scored_home, {"approve": True, "comment": "I looked at it."})
    (promoted,) = [decision for decision in decisions if decision.verdict is Verdict.PROMOTE]
    assert aliases(scored_home)[PRODUCTION] == promoted.version
    interrupted, entry = history(scored_home)[-2:]
    assert (interrupted.move.action, interrupted.move.rule) == (Action.REFUSED, "interrupted")
    assert entry.move.reason.endswith("Approved by a person: I looked at it.")
    assert set(entry.move.numbers) == {"accuracy", "accuracy.low", "accuracy.high"}
    assert entry.move.adapter == connect().get_model_version(scored_home, str(promoted.version)).tags[ADAPTER]
    assert entry.move.by


def test_the_page_shows_where_the_ledger_ends(scored_home: str) -> None:
    assert where_it_ends(scored_home) in told_in_the_page("fruit-decision")


def test_a_version_can_be_forced_against_the_policy_and_both_reasons_are_kept(scored_home: str) -> None:
    worst = min(version["version"] for version in status(scored_home)["versions"])
    (decision,) = promote(scored_home, version=worst, force=True, reason="The customer wants it.")
    assert (decision.verdict, decision.rule) == (Verdict.PROMOTE, "forced")
    last = history(scored_home)[-1].move
    assert (last.action, last.rule, last.to_version) == (Action.PROMOTE, "forced", worst)
    assert "The customer wants it." in last.reason
    assert "The policy said REJECT (bound:accuracy)" in last.reason


def test_a_rollback_says_when_nothing_was_tried(scored_home: str) -> None:
    before = history(scored_home)[-1].move.from_version
    assert rollback(scored_home, reason="It draws apples.", smoke=False) == before
    assert "--no-smoke" in history(scored_home)[-1].move.reason
    assert where_it_ends(scored_home) in told_in_the_page("fruit-rollback")


def test_a_rollback_to_what_is_in_production_adds_nothing(scored_home: str) -> None:
    entries = len(history(scored_home))
    now = aliases(scored_home)[PRODUCTION]
    assert rollback(scored_home, to=now, reason="twice") == now
    assert len(history(scored_home)) == entries


def test_the_next_best_is_challenger_until_it_is_promoted(scored_home: str) -> None:
    connect().delete_registered_model_alias(scored_home, PRODUCTION)
    promote(scored_home, overrides=["promote.at_least={}", "promote.beat_base=false"])
    held = aliases(scored_home)
    assert held.keys() == {PRODUCTION, CHALLENGER}
    assert promote(scored_home, version=held[CHALLENGER])[0].verdict is Verdict.HOLD
    assert aliases(scored_home) == held
    promote(scored_home, version=held[CHALLENGER], force=True, reason="Let us try it.")
    assert aliases(scored_home) == {PRODUCTION: held[CHALLENGER]}


def test_an_alias_that_was_deleted_by_hand_is_told_and_put_right(
    scored_home: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    connect().delete_registered_model_alias(scored_home, PRODUCTION)
    assert [decision.verdict for decision in promote(scored_home)].count(Verdict.PROMOTE) == 1
    assert "the alias was moved by hand" in capfd.readouterr().err + caplog.text
    repair, promotion = history(scored_home)[-2:]
    assert (repair.move.action, repair.move.to_version) == (Action.REPAIR, None)
    assert aliases(scored_home)[PRODUCTION] == promotion.move.to_version
    assert verify(scored_home) == []


def test_an_alias_in_another_spelling_is_answered_with_ours(scored_home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done = command(monkeypatch, "rollback", scored_home, "--to", "PROD", "--reason", "a slip")
    assert (done.exit_code, "Production or Challenger" in done.stderr) == (2, True)
    done = command(monkeypatch, "promote", scored_home, "--version", "")
    assert (done.exit_code, "No alias is called ''" in done.stderr) == (2, True)
    done = command(monkeypatch, "promote", scored_home, "--version", "9" * 23)
    assert (done.exit_code, f"fruit has no version {'9' * 23}" in done.stderr) == (1, True)
    done = command(monkeypatch, "promote", scored_home, "--version", "production")
    assert (done.exit_code, done.stderr.strip()) == (2, "Error: No alias is called 'production', expected Production.")


def test_the_command_says_what_is_in_production_and_how_long_it_took(
    scored_home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = next(entry.move.from_version for entry in reversed(history(scored_home)) if entry.move.from_version)
    now = aliases(scored_home)[PRODUCTION]
    done = command(monkeypatch, "rollback", scored_home, "--to", str(other), "--reason", "to see it [and time it]")
    assert done.exit_code == 0, done.stderr
    assert f"ROLLBACK of version {now} to version {other}: to see it [and time it]" in done.stdout
    assert f"Version {other} of fruit is in production now; it took" in done.stdout


def test_an_altered_ledger_is_told_even_where_nothing_would_move(
    scored_home: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def write(reason: str) -> None:
        with engine(settings().database_url).begin() as connection:
            connection.execute(update(MOVES).where(MOVES.c.entry == 1).values(reason=reason))

    kept = history(scored_home)[0].move.reason
    write("It was always good.")
    promote(scored_home, dry_run=True)
    assert (
        "The ledger of fruit was altered: `python -m flows verify fruit` tells" in capfd.readouterr().err + caplog.text
    )
    write(kept)
    assert verify(scored_home) == []


def test_every_move_has_sent_one_event_that_names_its_entry(scored_home: str) -> None:
    names = {"PROMOTE": "atelier.version.promoted", "ROLLBACK": "atelier.version.rolled-back"}
    moved = [entry for entry in history(scored_home) if entry.move.action in names]
    emit(moved[-1])  # as a task does that is tried again
    events = events_of(scored_home, len(moved))
    told = {(event["event"], event["payload"]["entry"], event["payload"]["hash"]) for event in events}
    assert told == {(names[entry.move.action], entry.entry, entry.hash) for entry in moved}
    assert len(events) == len(moved)


def where_it_ends(model: str) -> str:
    end = end_of_ledger(model)
    assert end is not None
    return f"Ledger: entry {end['entry']}, hash `{end['hash']}`."


def told_in_the_page(key: str) -> str:
    """Return all that flows have left in Prefect's page under a key."""
    with get_client(sync_client=True) as client:
        return "\n".join(str(found.data) for found in client.read_artifacts() if found.key == key)


def events_of(model: str, enough: int) -> list[dict[str, Any]]:
    """Return the events of a model that Prefect's server has; they come some seconds late."""
    wanted = {"resource": {"id": [f"atelier.model.{model}"]}, "event": {"prefix": ["atelier."]}}
    found: list[dict[str, Any]] = []
    for _ in range(120):
        with get_client(sync_client=True) as client:
            found = client.request("POST", "/events/filter", json={"filter": wanted}).json()["events"]
        if len(found) >= enough:
            break
        sleep(0.5)
    return found


def asked(model: str, answer: Mapping[str, Any]) -> list[Decision]:
    """Run the deployed flow until it sleeps, answer as the page does, and run it again as a worker does."""
    parameters = {"model": model, "overrides": WANTS_APPROVAL}
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(promote)
        deployment = client.create_deployment(flow_id, "fruit")
        run = client.create_flow_run_from_deployment(deployment, parameters=parameters)
        with pytest.raises(Pause):
            run_flow(promote, run, parameters)
        assert client.read_flow_run(run.id).state_name == "Suspended"
        resume_flow_run(run.id, run_input=dict(answer))
        return cast(list[Decision], run_flow(promote, client.read_flow_run(run.id), parameters))


def first_choice(model: str) -> int:
    (best,) = [d.version for d in promote(model, dry_run=True) if d.verdict is Verdict.PROMOTE]
    return best


def files_of(model: str, version: int) -> list[Path]:
    location = connect().get_model_version_download_uri(model, str(version))
    return sorted(Path(location.removeprefix("file://")).rglob("weights.json"))


def command(monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    for name, value in {**process_environment(), "PREFECT_LOGGING_LEVEL": "INFO"}.items():
        monkeypatch.setenv(name, value)  # the command sets them, and leaves what is set already
    return CliRunner().invoke(app, list(words))

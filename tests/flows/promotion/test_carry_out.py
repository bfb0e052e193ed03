"""Tests: a decision is carried out completely or not at all, also after changes by hand and outages."""

from pathlib import Path

import pytest

from components.core.errors import UnavailableError
from components.core.records import Decision, Verdict
from flows.promote import promote
from registry.aliases import PRODUCTION, aliases
from registry.client import connect
from registry.ledger.entries import Action
from registry.ledger.store import history
from registry.ledger.verify import verify
from registry.production import Promotion, move_production
from registry.tags import DECISION_RULE
from registry.version_record import kept
from tests.flows.traces import first_choice


def files_of(model: str, version: int) -> list[Path]:
    location = connect().get_model_version_download_uri(model, str(version))
    return sorted(Path(location.removeprefix("file://")).rglob("weights.json"))


def test_a_version_whose_files_were_changed_is_rejected_and_the_ledger_says_why(scored: str) -> None:
    best = first_choice(scored)
    (file, *_) = files_of(scored, best)
    file.write_text('{"threshold": 60.0 }')
    (rejected,) = [decision for decision in promote(scored) if decision.rule == "smoke"]
    assert (rejected.version, rejected.verdict) == (best, Verdict.REJECT)
    assert "not what was registered" in rejected.reason
    assert kept(connect().get_model_version(scored, str(best)))[DECISION_RULE] == "smoke"
    last = history(scored)[-1].move
    assert (last.action, last.rule, last.reason) == (Action.REFUSED, "smoke", rejected.reason)
    assert PRODUCTION not in aliases(scored)


def test_an_outage_during_a_move_moves_nothing_and_the_next_promotion_succeeds(
    scored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = first_choice(scored)
    decision = Decision(best, Verdict.PROMOTE, "first", "It is the best.")
    with monkeypatch.context() as outage:
        outage.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        with pytest.raises(UnavailableError, match="MLflow does not answer"):
            move_production(
                scored,
                Promotion(best, "a run"),
                lambda _: decision,
                lambda _: outage.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9"),
            )
    assert PRODUCTION not in aliases(scored)
    promote(scored)
    interrupted, promoted = (entry.move for entry in history(scored))
    assert (interrupted.action, interrupted.rule) == (Action.REFUSED, "interrupted")
    assert (promoted.action, promoted.to_version) == (Action.PROMOTE, best)
    assert aliases(scored)[PRODUCTION] == best


def test_an_alias_that_was_deleted_by_hand_is_reported_and_repaired(
    after_lifecycle: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    connect().delete_registered_model_alias(after_lifecycle, PRODUCTION)
    assert [decision.verdict for decision in promote(after_lifecycle)].count(Verdict.PROMOTE) == 1
    assert "the alias was moved by hand" in capfd.readouterr().err + caplog.text
    repair, promotion = history(after_lifecycle)[-2:]
    assert (repair.move.action, repair.move.to_version) == (Action.REPAIR, None)
    assert aliases(after_lifecycle)[PRODUCTION] == promotion.move.to_version
    assert verify(after_lifecycle) == []

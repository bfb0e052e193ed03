"""Tests: a connection to Prefect that broke is one sentence, and an interruption; other connections are left alone."""

from pathlib import Path

import pytest
from httpx import ConnectError, Request
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.held_lease import hold_lease
from flows.lost_server import LostServerError, translated_loss
from registry.held_lease import hold
from registry.lease_rows import State, Work, find

PREFECT = "http://127.0.0.1:9/api"


def refused(url: str) -> ConnectError:
    return ConnectError("[Errno 111] Connection refused", request=Request("POST", url))


def test_a_refused_connection_to_prefect_is_said_in_a_sentence_also_behind_another_error() -> None:
    with (
        temporary_settings({PREFECT_API_URL: PREFECT}),
        pytest.raises(LostServerError, match=r"at http://127.0.0.1:9/api ended, or does not answer any more .ConnectE"),
        translated_loss(),
    ):
        raise RuntimeError("Failed to reach API") from refused(f"{PREFECT}/artifacts/")


def test_a_refused_connection_to_another_server_is_another_error() -> None:
    with temporary_settings({PREFECT_API_URL: PREFECT}), pytest.raises(ConnectError), translated_loss():
        raise refused("http://127.0.0.1:10/hook")


def test_a_command_under_a_lease_is_told_that_the_server_is_gone(toy: str) -> None:
    with pytest.raises(LostServerError), hold_lease(toy, "rollback"):
        raise refused(str(PREFECT_API_URL.value()))


def test_a_run_of_a_deployment_that_lost_the_server_is_left_to_reap(home: Path) -> None:
    work = Work("fruit", "rollback", "f", "d")
    with pytest.raises(LostServerError), hold(work, True, lambda error: None, lambda: None), translated_loss():
        raise ConnectError("[Errno 111] Connection refused")
    assert [lease.state for lease in find()] == [State.INTERRUPTED]

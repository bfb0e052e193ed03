"""Tests: the log has a row a request, no prompts unless the settings say so, and forgets."""

import json
from collections.abc import Callable

from deployments.service.log import DAY, RequestWriter
from registry.request_log import LoggedRequest, requests, write_requests
from registry.service_settings import LogSettings
from tests.deployments.service.fruit import MODEL, served, sort


def test_each_request_has_a_row_with_what_became_of_it(fruit: object) -> None:
    with served() as (_, client):
        for _ in range(2):
            sort(client, 61)
        sort(client, 61, params={"alias": "Challenger"})  # nothing answers: there is no version to log
    rows = requests(MODEL)
    assert [(row.version, row.alias, row.caller, row.outcome, row.outputs, row.cached) for row in rows] == [
        (1, "Production", "local", "answered", 1, 0),
        (1, "Production", "local", "answered", 1, 1),
    ]
    assert {row.asked for row in rows} == {""}


def test_prompts_are_kept_only_if_the_settings_say_so(fruit: object) -> None:
    with served(log={"prompts": True}) as (_, client):
        sort(client, 61)
    assert [json.loads(row.asked) for row in requests(MODEL)] == [{"grams": 61}]
    with served(log={"requests": False}) as (_, client):
        sort(client, 62)
    assert len(requests(MODEL)) == 1


def test_old_rows_are_deleted(fruit: object) -> None:
    def row(time: float) -> LoggedRequest:
        return LoggedRequest(time, MODEL, 1, "Production", "local", "answered", 1, 0.1)

    write_requests([row(time) for time in (0.0, 1.0, 2 * DAY)])
    now: Callable[[], float] = lambda: 2 * DAY  # noqa: E731
    writer = RequestWriter(LogSettings(keep_days=1.5), now)
    writer.start()
    writer.end()
    assert [found.time for found in requests(MODEL)] == [2 * DAY]

"""Flows: compares what people asked of the service lately with what they asked before."""

import time
from collections.abc import Sequence
from dataclasses import replace

from components.core.config import ModelConfig
from components.drift.columns import ColumnDrift
from components.drift.requests import Request, compare_requests, parse_request, with_requests
from components.drift.verdict import share_of
from flows.monitoring.compare import Watched
from flows.monitoring.summary import Found
from flows.retries import WITH_RETRIES
from flows.task_decorator import task
from registry.request_log import LoggedRequest, requests

RECENT = 7 * 86_400.0  # seconds: the requests of a week are compared with the earlier ones that are kept


@task(task_run_name="compare requests of {config.model}", **WITH_RETRIES)
def compare_asked(config: ModelConfig) -> Sequence[ColumnDrift]:
    """Return how far the last week's requests are from those before; none if either are fewer than `smallest_n`."""
    began = time.time() - RECENT
    logged = requests(config.model)
    former, recent = [r for r in logged if r.time < began], [r for r in logged if r.time >= began]
    if min(len(former), len(recent)) < config.monitor.smallest_n:
        return ()
    return compare_requests([_parsed(row) for row in former], [_parsed(row) for row in recent])


def beside(found: Found, watched: Watched, asked: Sequence[ColumnDrift], config: ModelConfig) -> Found:
    """Return what a look found, with the requests. They make STABLE a WATCH, and never a DRIFT."""
    allowed = config.monitor.false_alarms * share_of(watched.look) / max(len(asked), 1)
    return replace(found, asked=asked, verdict=with_requests(found.verdict, asked, allowed))


def _parsed(row: LoggedRequest) -> Request:
    return parse_request(row.outcome, row.outputs, row.asked)

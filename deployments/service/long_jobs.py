"""Deployments: jobs with many outputs: flow runs of `generate/MODEL`, which a worker on any machine does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool

from components.core.request_parts import COUNT, parts_of
from deployments.service.flow_runs import FlowRun, cancel_flow_run, newest_with, progress, start_flow_run
from deployments.service.problems import ProblemError
from deployments.service.question import Question
from deployments.service.service import Service
from registry.kept_responses import FLOW, KeptResponse, find_response
from registry.live import Live
from registry.service_usage import Usage, take_back

JOB = "job:"  # before what a run and those that `reap` starts in its place have in common, in a tag
OUTPUTS, MONTH = "outputs:", "month:"  # before what was counted for the caller, in tags


def is_long(service: Service, question: Question) -> bool:
    """Tell whether a request asks for more than a job of this process may."""
    count = _count(question)
    return type(count) is int and count > service.settings.limits.job_outputs


async def start(service: Service, question: Question, name: str) -> FlowRun:
    """Start a flow run that answers a request with the version that answers now; `name` is one of its own.

    Raises:
        ProblemError: the request is refused, or Prefect's server does not answer. That costs nothing.
        AtelierError: there is no such model, or it refuses the request.
    """
    live, outputs = check(service, question)
    month = await question.account.reserve(outputs)
    parameters = {"model": question.model, "request": question.content, "version": str(live.version)}
    tags = [f"{JOB}{name}", f"{OUTPUTS}{outputs}", f"{MONTH}{month}"]
    started = None
    try:
        deployment = f"{FLOW}/{question.model}"
        started = await run_in_threadpool(start_flow_run, deployment, parameters, question.caller, tags)
        return started
    finally:
        used = Usage(question.caller, month, question.model, 1, outputs, 0.0)
        await question.account.settle(used, made=started is not None)


def check(service: Service, question: Question) -> tuple[Live, int]:
    """Return the version that answers a request, and its outputs; raises where a part of it would be refused."""
    fields = question.content if isinstance(question.content, Mapping) else {}
    most, count = service.settings.limits.flow_outputs, _count(question)
    outputs = count if type(count) is int else 1
    if outputs > most:
        act = "ask for fewer, with further seeds"
        raise ProblemError(422, f"count is {outputs}", expected=f"{most} at most", act=act)
    parts = parts_of(fields, service.settings.limits.outputs)
    live, _ = service.check(replace(question, content=parts[0]))
    service.check(replace(question, content=parts[-1]))  # whose seeds are the largest
    return live, outputs


def is_ours(run: FlowRun) -> bool:
    """Tell whether a run answers a request, and keeps a response."""
    return bool(run.tag(JOB))


def current(run: FlowRun) -> FlowRun:
    """Return the run that does the work of a job now: if a worker died, `reap` has started another one in its place."""
    return newest_with(f"{JOB}{run.tag(JOB)}") or run if is_ours(run) else run


def eta(run: FlowRun, before: Sequence[FlowRun], seconds: float) -> float | None:
    """Return the seconds until a run is done, None while nothing is known.

    Args:
        run: answers a request.
        before: the runs that wait before it.
        seconds: what an output takes in this process, 0 if it has made none.
    """
    if run.state == "running":
        share = progress(run.id)
        return run.seconds * (100 - share) / share if share else None
    if run.state != "waiting" or not seconds:
        return 0.0 if run.state == "done" else None
    return seconds * sum(int(one.tag(OUTPUTS) or 1) for one in [*before, run])


def cancel(run: FlowRun) -> FlowRun:
    """Ask for the end of a job. One that no worker has begun costs nothing."""
    ended = cancel_flow_run(run.id)
    if run.state == "waiting" and ended.state == "cancelled" and run.tag(MONTH):
        outputs = int(run.tag(OUTPUTS))
        take_back(Usage(run.caller, run.tag(MONTH), run.model, 1, outputs, 0.0))
    return ended


def response(run: FlowRun) -> KeptResponse:
    """Return the response of a job that is done. Raises ProblemError (409) if it has none."""
    if not is_ours(run):
        raise ProblemError(409, "A flow keeps its results where it writes them", act="look at its page in Prefect")
    found = find_response(run.model, run.id) if run.state == "done" else None
    if found is None:
        said = {"cancelled": "was cancelled", "failed": f"failed ({run.message})", "done": "has no response any more"}
        act = "ask GET /jobs/{id} when it is" if run.state in ("waiting", "running") else "start another one"
        raise ProblemError(409, f"The job {said.get(run.state, 'is not done yet')}", act=act)
    return found


def _count(question: Question) -> Any:
    return question.content.get(COUNT) if isinstance(question.content, Mapping) else None

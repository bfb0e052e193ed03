"""Deployments: the routes of jobs: start, look, fetch, cancel."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import uuid4

from fastapi import FastAPI, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from deployments.service.callers import Caller, KnownCaller
from deployments.service.flow_runs import FlowRun, read_flow_run, runs_before, start_flow_run
from deployments.service.jobs import Jobs
from deployments.service.long_jobs import cancel, current, eta, is_long, is_ours, response, start
from deployments.service.problems import ProblemError
from deployments.service.question import Question
from deployments.service.routes import headers_of, response_of
from deployments.service.service import Service

FLOW = "flow-"  # before the id of a flow run, in the id of a job


class JobRequest(BaseModel):
    """A model and the request that it gets; or a deployment on Prefect's server and the parameters of its flow."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"model": "starter", "request": {"prompt": "red casual shoes", "count": 2}}]},
    )

    model: str = ""
    request: dict[str, Any] = {}
    alias: str = ""
    worker: Annotated[
        bool, Field(description="let a worker of Prefect do it, however small; it outlives the service")
    ] = False
    flow: Annotated[str, Field(description="such as monitor/starter, if the settings of the service allow it")] = ""
    parameters: dict[str, Any] = {}


def add_job_routes(app: FastAPI, service: Service, jobs: Jobs) -> None:
    """Add POST /jobs, GET and DELETE /jobs/{id}, GET /jobs/{id}/result."""

    @app.post("/jobs", status_code=202, tags=["jobs"], summary="Start what takes long")
    async def begin(asked: JobRequest, caller: Caller, answer: Response) -> dict[str, Any]:
        if bool(asked.model) == bool(asked.flow):
            raise ProblemError(422, "model and flow are both " + ("set" if asked.model else "missing"), expected="one")
        found = await (_start_flow if asked.flow else _start)(jobs, asked, caller)
        answer.headers["Location"] = f"/jobs/{found['id']}"
        return dict(found)

    @app.get("/jobs/{identity}", tags=["jobs"], summary="State, position and ETA of a job")
    async def look(identity: str, caller: Caller) -> dict[str, Any]:
        return await _look(jobs, identity, caller)

    @app.get("/jobs/{identity}/result", tags=["jobs"], summary="The response of a job that is done")
    async def result(identity: str, caller: Caller) -> Response:
        return await _result(jobs, identity, caller)

    @app.delete("/jobs/{identity}", tags=["jobs"], summary="Cancel a job")
    async def end(identity: str, caller: Caller) -> dict[str, Any]:
        return await _cancel(jobs, identity, caller)


async def _look(jobs: Jobs, identity: str, caller: KnownCaller) -> dict[str, Any]:
    if identity.startswith(FLOW):
        seconds = jobs.service.queue.seconds_an_output
        return await run_in_threadpool(_look_at_flow, identity, caller, seconds)
    return jobs.described(jobs.find(identity, caller.name))


async def _result(jobs: Jobs, identity: str, caller: KnownCaller) -> Response:
    """Return the answer of a job. Raises what the job raised, or ProblemError if it has no answer."""
    if identity.startswith(FLOW):
        return await run_in_threadpool(_result_of_flow, identity, caller)
    job = jobs.find(identity, caller.name)
    if job.state == "cancelled":
        raise ProblemError(409, "The job was cancelled", act="start another one")
    if not job.task.done():
        raise ProblemError(409, "The job is not done yet", act=f"ask GET /jobs/{job.id}")
    return response_of(job.task.result())


async def _cancel(jobs: Jobs, identity: str, caller: KnownCaller) -> dict[str, Any]:
    if identity.startswith(FLOW):
        return await run_in_threadpool(_cancel_flow, identity, caller)
    job = jobs.find(identity, caller.name)
    jobs.cancel(job)
    return jobs.described(job)


async def _start(jobs: Jobs, asked: JobRequest, caller: KnownCaller) -> Mapping[str, Any]:
    question = Question(asked.model, asked.request, asked.alias, caller.name, caller.account, job=True)
    if asked.worker or is_long(jobs.service, question):
        return _described(await start(jobs.service, question, uuid4().hex))
    return jobs.described(jobs.start(question))


async def _start_flow(jobs: Jobs, asked: JobRequest, caller: KnownCaller) -> Mapping[str, Any]:
    allowed = jobs.service.settings.flows
    if asked.flow not in allowed:
        known = ", ".join(allowed) or "none"
        raise ProblemError(403, f"The flow {asked.flow!r:.100} may not be started here", expected=f"one of: {known}")
    return _described(await run_in_threadpool(start_flow_run, asked.flow, asked.parameters, caller.name))


def _own(identity: str, caller: KnownCaller) -> FlowRun:
    run = read_flow_run(identity.removeprefix(FLOW))
    if run.caller != caller.name:
        raise ProblemError(404, "There is no such job")
    return run


def _look_at_flow(identity: str, caller: KnownCaller, seconds: float) -> dict[str, Any]:
    first = _own(identity, caller)
    run = current(first)
    before = runs_before(run.id) if run.state == "waiting" else []
    left = eta(run, before, seconds) if is_ours(run) else None
    found = {**_described(run), "id": identity, "position": len(before), "eta_seconds": left and round(left, 1)}
    return {**found, "result": f"/jobs/{identity}/result"} if is_ours(run) and run.state == "done" else found


def _result_of_flow(identity: str, caller: KnownCaller) -> Response:
    kept = response(current(_own(identity, caller)))
    return Response(kept.body, media_type="application/json", headers=headers_of(kept.origin))


def _cancel_flow(identity: str, caller: KnownCaller) -> dict[str, Any]:
    run = current(_own(identity, caller))
    return {**_described(cancel(run)), "id": identity}


def _described(run: FlowRun) -> dict[str, Any]:
    return {"id": f"{FLOW}{run.id}", "state": run.state, "message": run.message, "eta_seconds": None}

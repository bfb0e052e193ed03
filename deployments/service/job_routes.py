"""Deployments: the routes of jobs: start, look, fetch, cancel."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import FastAPI, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from deployments.service.callers import Caller, KnownCaller
from deployments.service.flow_runs import FlowRun, cancel_flow_run, read_flow_run, runs_before, start_flow_run
from deployments.service.jobs import Jobs
from deployments.service.problems import ProblemError
from deployments.service.routes import response_of
from deployments.service.service import Answer, Question, Service

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
    flow: Annotated[str, Field(description="such as monitor/starter, if the settings of the service allow it")] = ""
    parameters: dict[str, Any] = {}


def add_job_routes(app: FastAPI, service: Service, jobs: Jobs) -> None:
    """Add POST /jobs, GET and DELETE /jobs/{id}, GET /jobs/{id}/result."""

    @app.post("/jobs", status_code=202, tags=["jobs"], summary="Start what takes long")
    async def start(asked: JobRequest, caller: Caller, response: Response) -> dict[str, Any]:
        if bool(asked.model) == bool(asked.flow):
            raise ProblemError(422, "model and flow are both " + ("set" if asked.model else "missing"), expected="one")
        found = await _start_flow(service, asked, caller) if asked.flow else _start(jobs, asked, caller)
        response.headers["Location"] = f"/jobs/{found['id']}"
        return dict(found)

    @app.get("/jobs/{identity}", tags=["jobs"], summary="State, position and ETA of a job")
    async def look(identity: str, caller: Caller) -> dict[str, Any]:
        return await _look(jobs, identity, caller)

    @app.get("/jobs/{identity}/result", tags=["jobs"], summary="The response of a job that is done")
    async def result(identity: str, caller: Caller) -> Response:
        return response_of(await _result(jobs, identity, caller))

    @app.delete("/jobs/{identity}", tags=["jobs"], summary="Cancel a job")
    async def cancel(identity: str, caller: Caller) -> dict[str, Any]:
        return await _cancel(jobs, identity, caller)


async def _look(jobs: Jobs, identity: str, caller: KnownCaller) -> dict[str, Any]:
    if identity.startswith(FLOW):
        return await run_in_threadpool(_look_at_flow, identity, caller)
    return jobs.described(jobs.find(identity, caller.name))


async def _result(jobs: Jobs, identity: str, caller: KnownCaller) -> Answer:
    """Return the answer of a job. Raises what the job raised, or ProblemError if it has no answer."""
    if identity.startswith(FLOW):
        raise ProblemError(409, "A flow keeps its results where it writes them", act="look at its page in Prefect")
    job = jobs.find(identity, caller.name)
    if job.state == "cancelled":
        raise ProblemError(409, "The job was cancelled", act="start another one")
    if not job.task.done():
        raise ProblemError(409, "The job is not done yet", act=f"ask GET /jobs/{job.id}")
    return job.task.result()


async def _cancel(jobs: Jobs, identity: str, caller: KnownCaller) -> dict[str, Any]:
    if identity.startswith(FLOW):
        return await run_in_threadpool(_cancel_flow, identity, caller)
    job = jobs.find(identity, caller.name)
    jobs.cancel(job)
    return jobs.described(job)


def _start(jobs: Jobs, asked: JobRequest, caller: KnownCaller) -> Mapping[str, Any]:
    question = Question(asked.model, asked.request, asked.alias, caller.name, caller.account, job=True)
    return jobs.described(jobs.start(question))


async def _start_flow(service: Service, asked: JobRequest, caller: KnownCaller) -> Mapping[str, Any]:
    if asked.flow not in service.settings.flows:
        known = ", ".join(service.settings.flows) or "none"
        raise ProblemError(403, f"The flow {asked.flow!r:.100} may not be started here", expected=f"one of: {known}")
    return _described(await run_in_threadpool(start_flow_run, asked.flow, asked.parameters, caller.name))


def _own(identity: str, caller: KnownCaller) -> FlowRun:
    run = read_flow_run(identity.removeprefix(FLOW))
    if run.caller != caller.name:
        raise ProblemError(404, "There is no such job")
    return run


def _look_at_flow(identity: str, caller: KnownCaller) -> dict[str, Any]:
    run = _own(identity, caller)
    return {**_described(run), "position": runs_before(run.id) if run.state == "waiting" else 0}


def _cancel_flow(identity: str, caller: KnownCaller) -> dict[str, Any]:
    return _described(cancel_flow_run(_own(identity, caller).id))


def _described(run: FlowRun) -> dict[str, Any]:
    return {"id": f"{FLOW}{run.id}", "state": run.state, "message": run.message, "eta_seconds": None}

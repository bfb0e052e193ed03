"""Deployments: the routes of the service that are the same for every kind of model."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from deployments.service.callers import Caller
from deployments.service.question import Answer
from deployments.service.service import Service
from registry.aliases import PRODUCTION
from registry.live import Live

Alias = Annotated[str, Query(description="Production or Challenger; by default what the settings choose")]
NO_STORE = {"Cache-Control": "no-store"}


def add_routes(app: FastAPI, service: Service) -> None:
    """Add health, readiness, metrics, the list of models, and predictions."""

    @app.get("/health", tags=["service"], summary="Whether the service runs")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/ready", tags=["service"], summary="Whether it can answer, and what is wrong")
    def ready() -> JSONResponse:
        content = readiness(service)
        return JSONResponse(content, 200 if content["ready"] else 503, NO_STORE)

    @app.get("/metrics", tags=["service"], summary="Counters for Prometheus", include_in_schema=False)
    def metrics(caller: Caller) -> Response:
        return Response(generate_latest(service.meters.registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/models", tags=["models"], summary="The versions that answer, their scores and since when")
    def models(caller: Caller) -> dict[str, Any]:
        rows = [described(live) for live in service.versions.all()]
        return {"models": rows, "problems": service.versions.problems(), "canary": service.states()}

    @app.post("/models/{model}/predict", tags=["models"], include_in_schema=False)  # deployments/service/openapi.py
    async def predict(request: Request, model: str, caller: Caller, alias: Alias = "") -> Response:
        return response_of(await caller.ask(service, model, await request.body(), alias, request))


def readiness(service: Service) -> dict[str, Any]:
    """Return whether the service can answer, as JSON values. Problems alone do not stop it: earlier versions answer."""
    answering = [f"{live.loaded.config.model} version {live.version}" for live in service.versions.all()]
    problems = service.versions.problems()
    if not service.queue.alive:
        problems = ["The thread that computes has ended: start the service again.", *problems]
    if not answering:
        problems = ["No version answers: run `python -m flows lifecycle MODEL` first.", *problems]
    ready = bool(answering) and service.queue.alive
    return {"ready": ready, "answering": answering, "waiting": service.queue.depth, "problems": problems}


def described(live: Live) -> dict[str, Any]:
    """Return what GET /models says of a version."""
    origin = live.loaded.origin
    return {
        "model": origin["model"],
        "alias": live.alias,
        "version": live.version,
        "step": int(origin.get("step", 0)),
        "name": origin.get("name", ""),
        "weights": origin.get("weights", ""),
        **live.facts,
        "predict": f"/models/{origin['model']}/predict" + ("" if live.alias == PRODUCTION else f"?alias={live.alias}"),
    }


def response_of(answer: Answer) -> Response:
    """Return the model's response as it is, with the version that it is from in headers."""
    return Response(answer.body, media_type="application/json", headers=origin_headers(answer))


def origin_headers(answer: Answer) -> dict[str, str]:
    return {**headers_of(answer.origin), "X-Atelier-Cache": "hit" if answer.cached else "miss"}


def headers_of(origin: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that say which version something is from."""
    names = ("model", "version", "alias", "weights")
    return {**{f"X-Atelier-{name.title()}": origin[name] for name in names if origin.get(name)}, **NO_STORE}

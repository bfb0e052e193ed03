"""Deployments: the description of the service (OpenAPI), with a path for each model that answers."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from deployments.service.examples import example_fields
from deployments.service.problems import MEDIA_TYPE
from deployments.service.service import Service
from registry.aliases import PRODUCTION
from registry.live import Live

REF = "#/components/schemas/{model}"
PROBLEM = "Problem"
# RFC 9457, section 3.1; `error` is for OpenAI's clients.
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "one sentence: what was found, what was expected, what to do"},
        "error": {"type": "object"},
    },
}


def describe(app: FastAPI, service: Service) -> None:
    """Make the application describe itself with the models that answer at that moment."""

    def openapi() -> dict[str, Any]:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
        )
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        schemas[PROBLEM] = PROBLEM_SCHEMA
        for live in service.versions.all():
            if live.alias == PRODUCTION:
                made["paths"][f"/models/{live.loaded.config.model}/predict"] = {"post": _prediction(live, schemas)}
        for path in made["paths"].values():
            for operation in path.values():
                _add_problem(operation)
        return made

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI documents this way to change the description


def _prediction(live: Live, schemas: dict[str, Any]) -> dict[str, Any]:
    predictor, model = live.loaded.predictor, live.loaded.config.model
    asked = {"schema": _reference(predictor.request, "validation", schemas), **_example(predictor.request)}
    answered = {"schema": _reference(predictor.response, "serialization", schemas)}
    return {
        "tags": ["models"],
        "summary": live.loaded.config.about,
        "operationId": f"predict_{model.replace('-', '_')}",
        "security": [{}, {"HTTPBearer": []}],
        "requestBody": {"required": True, "content": {"application/json": asked}},
        "responses": {"200": {"description": "The model's response", "content": {"application/json": answered}}},
    }


def _reference(kind: type[BaseModel], mode: Any, schemas: dict[str, Any]) -> dict[str, str]:
    """Add the schema of a request or a response, and return a reference to it."""
    schema = kind.model_json_schema(mode=mode, ref_template=REF)
    schemas |= schema.pop("$defs", {})
    schemas[kind.__name__] = schema
    return {"$ref": REF.format(model=kind.__name__)}


def _example(kind: type[BaseModel]) -> dict[str, Any]:
    """Return the example of the whole request, else that of its fields."""
    more = kind.model_config.get("json_schema_extra")
    examples = more.get("examples") if isinstance(more, dict) else None
    fields = examples[0] if isinstance(examples, list) and examples else example_fields(kind)
    return {} if fields is None else {"example": fields}


def _add_problem(operation: dict[str, Any]) -> None:
    """Say that every error is problem JSON; FastAPI describes its own form of 422, which we do not send."""
    operation["responses"].pop("422", None)
    content = {MEDIA_TYPE: {"schema": {"$ref": REF.format(model=PROBLEM)}}}
    operation["responses"]["default"] = {"description": "An error", "content": content}

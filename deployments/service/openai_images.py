"""Deployments: the routes in the form of OpenAI's image interface, which its stock clients call."""

import base64
import time
from typing import Annotated, Any

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field

from deployments.service.callers import Caller
from deployments.service.images import LARGEST_SEED, image_model, pictures_of, size_of
from deployments.service.problems import ProblemError
from deployments.service.service import Service

B64, AUTO, PNG = "b64_json", "auto", "png"
TAG = "OpenAI's form"


class OpenAIImageRequest(BaseModel):
    """The fields of `client.images.generate`, and `seed` (in `extra_body`). Those about quality are ignored."""

    model_config = ConfigDict(
        extra="ignore", json_schema_extra={"examples": [{"prompt": "red casual shoes", "n": 2, "seed": 7}]}
    )

    prompt: Annotated[str, Field(min_length=1)]
    model: str | None = None
    n: Annotated[int | None, Field(ge=1)] = None
    size: str | None = None
    response_format: str | None = None
    output_format: str | None = None
    seed: Annotated[int | None, Field(ge=0, le=LARGEST_SEED)] = None


class OpenAIImage(BaseModel):
    b64_json: str
    revised_prompt: str
    seed: int


class OpenAIImageResponse(BaseModel):
    created: int
    data: list[OpenAIImage]
    output_format: str = PNG
    size: str
    model: str
    version: str


def add_openai_routes(app: FastAPI, service: Service) -> None:
    """Add POST /v1/images/generations and GET /v1/models."""

    @app.post("/v1/images/generations", tags=[TAG], summary="Generate images", response_model=OpenAIImageResponse)
    async def generations(asked: OpenAIImageRequest, request: Request, caller: Caller) -> OpenAIImageResponse:
        model = asked.model or image_model(service.versions)
        width = _require_possible(asked, service, model)
        fields = {"prompt": asked.prompt, "count": asked.n or 1, "seed": asked.seed or 0}
        answer = await caller.ask(service, model, fields, request=request)
        data = [
            OpenAIImage(b64_json=base64.b64encode(png).decode(), revised_prompt=asked.prompt, seed=seed)
            for seed, png in pictures_of(answer)
        ]
        origin = answer.origin
        return OpenAIImageResponse(
            created=int(time.time()), data=data, size=width, model=origin["model"], version=origin["version"]
        )

    @app.get("/v1/models", tags=[TAG], summary="The models that answer")
    def models(caller: Caller) -> dict[str, Any]:
        rows = [
            {
                "id": live.loaded.config.model,
                "object": "model",
                "created": int(live.facts.get("since") or 0),
                "owned_by": "atelier",
            }
            for live in service.versions.all()
        ]
        return {"object": "list", "data": list({row["id"]: row for row in rows}.values())}


def _require_possible(asked: OpenAIImageRequest, service: Service, model: str) -> str:
    """Return the size of the model's images as text; raise ProblemError for what it cannot do."""
    predictor: Any = service.versions.current(model).loaded.predictor
    if not hasattr(predictor, "size"):
        raise ProblemError(422, f"{model} generates no images", act="use POST /models/{model}/predict")
    height, width = size_of(predictor)
    possible = f"{width}x{height}"
    checks = (
        ("size", asked.size, (None, AUTO, possible)),
        ("response_format", asked.response_format, (None, B64)),
        ("output_format", asked.output_format, (None, PNG)),
    )
    for name, value, allowed in checks:
        if value not in allowed:
            expected = " or ".join(repr(each) for each in allowed if each)
            raise ProblemError(422, f"{name} is {value!r:.60}", expected=expected, act="leave it out")
    return possible

"""Deployments: the routes that generate images, with any model whose responses have them."""

import base64
from typing import Annotated, Any

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from deployments.service.callers import Caller
from deployments.service.problems import ProblemError
from deployments.service.question import Answer
from deployments.service.routes import origin_headers
from deployments.service.service import Service
from registry.live import LiveVersions

PNG = "image/png"
LARGEST_SEED = 2**63 - 1


class ImageRequest(BaseModel):
    """What to generate. `model` is only needed if several models generate images."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"prompt": "red casual shoes for women", "seed": 7, "count": 1}]},
    )

    prompt: Annotated[str, Field(min_length=1)]
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED, description="of the first; each next has the next seed")] = 0
    count: Annotated[int, Field(ge=1)] = 1
    model: str = ""
    alias: Annotated[str, Field(description="Production or Challenger; by default what the settings choose")] = ""

    def fields(self) -> dict[str, Any]:
        """Return the fields that the model takes."""
        return {"prompt": self.prompt, "seed": self.seed, "count": self.count}


class Image(BaseModel):
    seed: int
    png: Annotated[str, Field(description="base64")]


class ImageResponse(BaseModel):
    model: str
    version: str
    alias: str
    weights: str
    prompt: str
    cached: bool
    seconds: float
    images: list[Image]


def add_image_routes(app: FastAPI, service: Service) -> None:
    """Add POST /generate/image."""

    @app.post(
        "/generate/image",
        tags=["images"],
        summary="Generate images for a prompt",
        response_model=ImageResponse,
        responses={200: {"content": {PNG: {}}, "description": "JSON, or the first image itself for Accept: image/png"}},
    )
    async def image(asked: ImageRequest, request: Request, caller: Caller) -> Any:
        model = asked.model or image_model(service.versions)
        answer = await caller.ask(service, model, asked.fields(), asked.alias, request)
        pictures = pictures_of(answer)
        if PNG in request.headers.get("accept", ""):
            return Response(pictures[0][1], media_type=PNG, headers=origin_headers(answer))
        return _response(asked.prompt, answer, pictures)


def image_model(versions: LiveVersions) -> str:
    """Return the only model whose responses have pictures.

    Raises:
        ProblemError: there is none, or there are several.
    """
    found = sorted({live.loaded.config.model for live in versions.all() if _has_pictures(live.loaded.predictor)})
    if not found:
        raise ProblemError(409, "No model that answers generates images", act="promote a version of one first")
    if len(found) > 1:
        raise ProblemError(422, "model is missing", expected=f"one of {', '.join(found)}")
    return found[0]


def pictures_of(answer: Answer) -> list[tuple[int, bytes]]:
    """Return seeds and PNG files of an answer, with the version in their metadata.

    Raises:
        ProblemError: the model generates no images.
    """
    response: Any = answer.response
    if not _has_pictures(answer.live.loaded.predictor):
        raise ProblemError(422, f"{answer.origin['model']} generates no images", act="use POST /models/{model}/predict")
    return list(zip(response.seeds, response.with_origin(answer.live.loaded.origin), strict=True))


def size_of(predictor: Any) -> tuple[int, int]:
    """Return height and width, in pixels, of what a model with pictures generates."""
    height, width = predictor.size
    return int(height), int(width)


def _has_pictures(predictor: Any) -> bool:
    return "pictures" in predictor.response.model_fields


def _response(prompt: str, answer: Answer, pictures: list[tuple[int, bytes]]) -> ImageResponse:
    images = [Image(seed=seed, png=base64.b64encode(png).decode()) for seed, png in pictures]
    origin = answer.origin
    return ImageResponse(
        model=origin["model"],
        version=origin["version"],
        alias=origin["alias"],
        weights=origin.get("weights", ""),
        prompt=prompt,
        cached=answer.cached,
        seconds=round(answer.seconds, 4),
        images=images,
    )

"""Deployments: the page on which people judge pictures, and the few requests that it makes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from starlette.middleware.trustedhost import TrustedHostMiddleware

from components.core.errors import AtelierError
from components.core.records import Rating
from components.metrics.questions import HIGHEST, LOWEST, QUESTIONS
from deployments.rating.exhibition import Exhibition
from registry.ratings import append_ratings, ratings

PAGE = Path(__file__).parent / "page"
HOST = "127.0.0.1"
HOSTS = [HOST, "localhost"]  # a strange name would be a page elsewhere that had itself resolved to us
ANONYMOUS = "anonymous"
NO_STORE = {"Cache-Control": "no-store"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def _known(name: str) -> str:
    """Write a rater's name as it is kept: telephones begin it with a capital and end it with a blank."""
    return " ".join(name.split()).casefold() or ANONYMOUS


Rater = Annotated[str, StringConstraints(max_length=80), AfterValidator(_known)]


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rater: Rater
    token: str
    question: Literal[*QUESTIONS]  # type: ignore[valid-type]
    score: Annotated[int, Field(strict=True, ge=LOWEST, le=HIGHEST)]


def create_app(exhibition: Exhibition) -> FastAPI:
    """Return the application that shows these pictures. It never says whose a picture is."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)
    app.add_exception_handler(AtelierError, _in_a_sentence)
    hung = {exhibit.token: exhibit for exhibit in exhibition.exhibits}
    _add_page(app)

    @app.get("/sitting")
    def sitting(response: Response, rater: Rater = ANONYMOUS) -> dict[str, Any]:
        response.headers.update(NO_STORE)
        return _sitting(exhibition, rater)

    @app.get("/pictures/{token}")
    def picture(token: str) -> Response:
        if token not in hung:
            raise HTTPException(404, "No such picture.")
        return Response(hung[token].png, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"})

    @app.post("/answers", status_code=204)
    def answer(given: Answer) -> None:
        if given.token not in hung:
            raise HTTPException(404, "The pictures were hung anew: load the page again.")
        shown = hung[given.token]
        subject = (exhibition.model, exhibition.snapshot, shown.digest, shown.picture)
        append_ratings([Rating(*subject, given.rater, given.question, given.score)])

    return app


def _sitting(exhibition: Exhibition, rater: str) -> dict[str, Any]:
    """Return what the page needs: the questions, and the pictures in the rater's order with what they said so far."""
    said = {
        (r.digest, r.item, r.question): r.score
        for r in ratings(exhibition.model)
        if (r.snapshot, r.rater) == (exhibition.snapshot, rater)
    }
    return {
        "rater": rater,
        "questions": _questions(exhibition.category),
        "pictures": [
            {
                "token": shown.token,
                "answers": {q: said[key] for q in QUESTIONS if (key := (shown.digest, shown.picture, q)) in said},
            }
            for shown in exhibition.in_order_of(rater)
        ],
    }


def _questions(category: str) -> list[Mapping[str, str]]:
    return [
        {"name": name, "text": question.text.format(category=category), "low": question.low, "high": question.high}
        for name, question in QUESTIONS.items()
    ]


def _add_page(app: FastAPI) -> None:
    for address, name in (("/", "index.html"), ("/page.css", "page.css"), ("/page.js", "page.js")):
        app.add_api_route(address, _file(PAGE / name), response_class=FileResponse)


def _file(path: Path) -> Any:
    return lambda: FileResponse(path, headers={**HEADERS, "Cache-Control": "no-cache"})


def _in_a_sentence(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=503)

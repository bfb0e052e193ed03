"""Deployments: the web application of the rating page."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from components.core.errors import AtelierError
from components.core.records import Rating
from components.metrics.questions import HIGHEST, LOWEST, QUESTIONS
from deployments.guard import Guard
from deployments.rating.exhibition import PictureSet
from registry.ratings import append_ratings, ratings

PAGE = Path(__file__).parent / "page"
HOST = "127.0.0.1"
ANONYMOUS = "anonymous"
NO_STORE = {"Cache-Control": "no-store"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def _normalized(name: str) -> str:
    """Return a rater's name without capitals and extra blanks, which phone keyboards add.

    Raises:
        ValueError: it has characters that no database can keep: halves of a character, control characters.
    """
    if any(unicodedata.category(character) in {"Cs", "Cc"} for character in "".join(name.split())):
        raise ValueError("a name has no control characters")
    return " ".join(name.split()).casefold() or ANONYMOUS


Rater = Annotated[str, StringConstraints(max_length=80), AfterValidator(_normalized)]


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rater: Rater
    token: str
    question: Literal[*QUESTIONS]  # type: ignore[valid-type]
    score: Annotated[int, Field(strict=True, ge=LOWEST, le=HIGHEST)]


def create_app(picture_set: PictureSet, port: int = 5100) -> FastAPI:
    """Return the application that shows these pictures at a port. No response tells which subject a picture is of."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, port=port)
    app.add_exception_handler(AtelierError, _error_response)
    app.add_exception_handler(RequestValidationError, _invalid_response)
    by_token = {shown.token: shown for shown in picture_set.pictures}
    _add_page(app)

    @app.get("/session")
    def session(response: Response, rater: Rater = ANONYMOUS) -> dict[str, Any]:
        response.headers.update(NO_STORE)
        return _session(picture_set, rater)

    @app.get("/pictures/{token}")
    def picture(token: str) -> Response:
        if token not in by_token:
            raise HTTPException(404, "No such picture.")
        return Response(
            by_token[token].png, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"}
        )

    @app.post("/answers", status_code=204)
    def answer(given: Answer) -> None:
        if given.token not in by_token:
            raise HTTPException(404, "The page was started again with new pictures: load it again.")
        shown = by_token[given.token]
        subject = (picture_set.model, picture_set.snapshot, shown.digest, shown.picture)
        append_ratings([Rating(*subject, given.rater, given.question, given.score)])

    return app


def _session(picture_set: PictureSet, rater: str) -> dict[str, Any]:
    """Return the questions, and the pictures in the rater's order with the rater's answers so far."""
    answers = {
        (r.digest, r.item, r.question): r.score
        for r in ratings(picture_set.model)
        if (r.snapshot, r.rater) == (picture_set.snapshot, rater)
    }
    return {
        "rater": rater,
        "questions": _questions(picture_set.category),
        "pictures": [
            {
                "token": shown.token,
                "answers": {q: answers[key] for q in QUESTIONS if (key := (shown.digest, shown.picture, q)) in answers},
            }
            for shown in picture_set.in_order_of(rater)
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


def _invalid_response(_: Request, __: Exception) -> JSONResponse:
    """Say what is expected. FastAPI's own response repeats the input, which may be text that cannot be encoded."""
    questions = ", ".join(QUESTIONS)
    expected = f"a rater of 80 characters at most, a token, a question ({questions}) and a score, {LOWEST} to {HIGHEST}"
    return JSONResponse({"detail": f"The answer is not of the page's form, expected {expected}."}, status_code=422)


def _error_response(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=503)

"""Deployments: the web application of the rating page."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from jinja2 import Environment, StrictUndefined
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from components.core.errors import AtelierError
from components.core.rated_outputs import HIGHEST, LOWEST, RatedOutputs
from components.core.records import Rating
from deployments.guard import Guard
from deployments.rating.exhibition import ItemSet, ShownItem
from deployments.rating.forms import FORMS
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
PAGE_HEADERS = {**HEADERS, "Cache-Control": "no-cache"}


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
    question: str
    score: Annotated[int, Field(strict=True, ge=LOWEST, le=HIGHEST)]


def create_app(item_set: ItemSet, port: int = 5100) -> FastAPI:
    """Return the application that shows these outputs at a port. No response tells which subject an output is of."""
    app, rated = FastAPI(docs_url=None, redoc_url=None, openapi_url=None), item_set.rated
    app.add_middleware(Guard, port=port)
    app.add_exception_handler(AtelierError, _error_response)
    app.add_exception_handler(RequestValidationError, lambda *_: _invalid_response(rated))
    by_token = {shown.token: shown for shown in item_set.items}
    _add_page(app, rated)

    @app.get("/session")
    def session(response: Response, rater: Rater = ANONYMOUS) -> dict[str, Any]:
        response.headers.update(NO_STORE)
        return _session(item_set, rater)

    @app.get("/items/{token}")
    def item(token: str) -> Response:
        if token not in by_token:
            raise HTTPException(404, f"No such {rated.noun}.")
        kept = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
        return Response(by_token[token].content, media_type=FORMS[rated.form].media_type, headers=kept)

    _add_answers(app, item_set, by_token)
    return app


def _add_answers(app: FastAPI, item_set: ItemSet, by_token: Mapping[str, ShownItem]) -> None:
    """Add the route that keeps what a person answers."""
    rated = item_set.rated

    @app.post("/answers", status_code=204, response_model=None)
    def answer(given: Answer) -> Response | None:
        if given.question not in rated.questions:
            return _invalid_response(rated)
        if given.token not in by_token:
            raise HTTPException(404, f"The page was started again with new {rated.plural}: load it again.")
        shown = by_token[given.token]
        subject = (item_set.model, item_set.snapshot, shown.digest, shown.item)
        append_ratings([Rating(*subject, given.rater, given.question, given.score)])
        return None


def _session(item_set: ItemSet, rater: str) -> dict[str, Any]:
    """Return the questions, and the outputs in the rater's order with the rater's answers so far."""
    answers = {
        (r.digest, r.item, r.question): r.score
        for r in ratings(item_set.model)
        if (r.snapshot, r.rater) == (item_set.snapshot, rater)
    }
    rated = item_set.rated
    return {
        "rater": rater,
        "form": rated.form,
        "noun": rated.noun,
        "plural": rated.plural,
        "questions": _questions(item_set),
        "items": [_item(shown, rated, answers) for shown in item_set.in_order_of(rater)],
    }


def _item(shown: ShownItem, rated: RatedOutputs, answers: Mapping[tuple[str, str, str], int]) -> dict[str, Any]:
    given = {q: answers[key] for q in rated.questions if (key := (shown.digest, shown.item, q)) in answers}
    return {"token": shown.token, "answers": given, **({"about": shown.about} if shown.about else {})}


def _questions(item_set: ItemSet) -> list[Mapping[str, str]]:
    return [
        {"name": name, "text": question.text.format(category=item_set.category), "low": question.low}
        | {"high": question.high}
        for name, question in item_set.rated.questions.items()
    ]


def _add_page(app: FastAPI, rated: RatedOutputs) -> None:
    source = (PAGE / "index.html").read_text(encoding="utf-8")
    html = Environment(autoescape=True, undefined=StrictUndefined).from_string(source).render(rated=rated)
    app.add_api_route("/", lambda: HTMLResponse(html, headers=PAGE_HEADERS), response_class=HTMLResponse)
    for name in ("page.css", "page.js"):
        app.add_api_route(f"/{name}", _file(PAGE / name), response_class=FileResponse)


def _file(path: Path) -> Any:
    return lambda: FileResponse(path, headers=PAGE_HEADERS)


def _invalid_response(rated: RatedOutputs) -> JSONResponse:
    """Say what is expected. FastAPI's own response repeats the input, which may be text that cannot be encoded."""
    questions = ", ".join(rated.questions)
    expected = f"a rater of 80 characters at most, a token, a question ({questions}) and a score, {LOWEST} to {HIGHEST}"
    return JSONResponse({"detail": f"The answer is not of the page's form, expected {expected}."}, status_code=422)


def _error_response(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=503)

"""Deployments: every error of the service as problem JSON (RFC 9457), one sentence each."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from components.core.errors import (
    AtelierError,
    ConfigError,
    DataError,
    RegistryError,
    UnavailableError,
    UnknownNameError,
    UsageError,
    is_out_of_memory,
)
from components.core.masking import mask

MEDIA_TYPE = "application/problem+json"
INTERNAL = "The service failed; its log has the error."
# The first class that fits; what is not in the table is an error of ours.
STATUSES: Mapping[type[Exception], int] = {
    UnknownNameError: 404,
    ConfigError: 500,
    UsageError: 422,
    DataError: 422,
    UnavailableError: 503,
    RegistryError: 409,  # nothing is in production yet
    AtelierError: 500,
}


class ProblemError(AtelierError):
    """A refusal of the service, with its HTTP status and headers such as Retry-After."""

    def __init__(
        self,
        status: int,
        found: str,
        *,
        expected: str = "",
        act: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(found, expected=expected, act=act)
        self.status, self.headers = status, dict(headers or {})


def problem(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the response of an error. `error` repeats the sentence where OpenAI's clients look for it."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "error": {"message": sentence, "type": HTTPStatus(status).phrase.lower().replace(" ", "_"), "code": status},
    }
    return JSONResponse(content, status, dict(headers or {}), MEDIA_TYPE)


def problem_of(error: Exception) -> JSONResponse:
    """Return the response that an error gets."""
    if isinstance(error, ProblemError):
        return problem(error.status, str(error), error.headers)
    if is_out_of_memory(error):
        return problem(503, "There is not enough memory for this request: ask for less.", {"Retry-After": "10"})
    for kind, status in STATUSES.items():
        if isinstance(error, kind):
            return problem(status, str(error), {"Retry-After": "5"} if status == 503 else None)
    return problem(500, INTERNAL)


def validation_sentence(errors: Any) -> str:
    """Return one sentence about the first of pydantic's errors, without what was sent: it may be private or broken.

    >>> validation_sentence([{"loc": ("body", "seed"), "msg": "Input should be greater than or equal to 0"}])
    'seed is wrong: Input should be greater than or equal to 0.'
    """
    first = errors[0]
    where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path", "header"))
    message = mask(str(first["msg"]).encode("utf-8", "replace").decode()).rstrip(".")
    return f"{where.encode('utf-8', 'replace').decode() or 'The body'} is wrong: {message}."


def invalid(error: ValidationError) -> ProblemError:
    """Return the problem of a request that does not fit the model's schema."""
    return ProblemError(422, validation_sentence(error.errors(include_url=False, include_input=False)))


def add_problems(app: FastAPI) -> None:
    """Answer every error of the application as problem JSON."""
    handlers: Mapping[type[Exception], Callable[[Request, Any], JSONResponse]] = {
        RequestValidationError: lambda _, error: problem(422, validation_sentence(error.errors())),
        HTTPException: _http,
        AtelierError: lambda _, error: problem_of(error),
        Exception: lambda _, error: problem_of(error),
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def _http(request: Request, error: HTTPException) -> JSONResponse:
    known = {
        404: f"Nothing is at {request.url.path}: GET /docs lists what there is.",
        405: f"{request.method} is not possible at {request.url.path}.",
    }
    return problem(error.status_code, known.get(error.status_code, str(error.detail)), error.headers)

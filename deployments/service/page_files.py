"""Deployments: the files of the service's page. It needs no build, and loads nothing from elsewhere."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse

PAGE = Path(__file__).parent / "page"
FILES = (
    ("/", "index.html"),
    *((f"/page/{name}", name) for name in ("page.css", "page.js", "server.js", "cards.js", "generate.js", "review.js")),
)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def add_page(app: FastAPI) -> None:
    """Add the page at / and its files."""
    for address, name in FILES:
        app.add_api_route(address, _file(PAGE / name), response_class=FileResponse, include_in_schema=False)


def _file(path: Path) -> Any:
    return lambda: FileResponse(path, headers=HEADERS)

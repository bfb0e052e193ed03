"""Deployments: the routes of the gallery and the review queue: products that were made, and what people decide."""

import io
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from components.core.errors import AtelierError
from components.products.curation import Action, Curated, Review, by_product, edited, rejections
from components.products.export.write import write_export
from components.products.product import Product
from components.products.sign import signer
from components.products.store import find, names
from deployments.service.callers import LOCAL, Caller
from deployments.service.problems import ProblemError
from deployments.service.products import shown
from registry.approved_products import approved_products
from registry.curation import add_review, reviews
from registry.product_lines import find_line, products_of
from registry.settings import REPOSITORY

State = Literal["open", "approved", "rejected", "all"]
PAGE = 24  # products
PNG = {"Cache-Control": "private, max-age=86400"}
NO_STORE = {"Cache-Control": "no-store"}
OPEN = Curated("open", None, ())


class ReviewQuestion(BaseModel):
    """What somebody decides about a product. A rejection needs a reason, an edit a text."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"action": "reject", "by": "Ada", "reason": "The sole is missing."}]},
    )

    action: Action
    by: Annotated[str, Field(max_length=200, description="who decides; with a key, the key's name counts")] = ""
    reason: Annotated[str, Field(max_length=1000)] = ""
    text: Annotated[str, Field(max_length=10_000, description="the new description, for an edit")] = ""


def add_review_routes(app: FastAPI) -> None:
    """Add the gallery, reviews, counts of rejections, and the approved products as a zip file."""
    _add_products(app)
    _add_sums(app)


def _add_products(app: FastAPI) -> None:
    @app.get("/product-lines/{line}/products", tags=["products"], summary="Products that were made, the newest first")
    def gallery(
        line: str, caller: Caller, state: State = "all", start: Annotated[int, Query(ge=0, le=1_000_000)] = 0
    ) -> dict[str, Any]:
        return listed(find_line(line).line, state, start)

    @app.get("/product-lines/{line}/products/{product}", tags=["products"], summary="A product with its reviews")
    def one(line: str, product: str, caller: Caller) -> dict[str, Any]:
        found = existing(line, product)
        return with_review(line, found, by_product(reviews(line)).get(found.id, OPEN))

    @app.get("/product-lines/{line}/products/{product}/picture.png", tags=["products"], summary="Its picture")
    def picture(line: str, product: str, caller: Caller) -> Response:
        return Response(existing(line, product).picture, media_type="image/png", headers=PNG)

    @app.post("/product-lines/{line}/products/{product}/reviews", tags=["products"], summary="Approve, reject, edit")
    def review(line: str, product: str, asked: ReviewQuestion, caller: Caller) -> dict[str, Any]:
        found = existing(line, product)
        by = asked.by if caller.name == LOCAL else caller.name
        add_review(Review(line, found.id, asked.action, by, time.time(), asked.reason, asked.text))
        return with_review(line, found, by_product(reviews(line))[found.id])


def _add_sums(app: FastAPI) -> None:
    @app.get("/product-lines/{line}/rejections", tags=["products"], summary="What was rejected, by attribute")
    def rejected(line: str, caller: Caller) -> dict[str, Any]:
        folder, found = products_of(find_line(line).line), by_product(reviews(line))
        products = [product for name in sorted(found) if (product := find(folder, name)) is not None]
        return {"line": line, "by": rejections(products, found)}

    @app.get("/product-lines/{line}/approved.zip", tags=["products"], summary="The approved products, exported")
    def approved(line: str, caller: Caller) -> Response:
        name = f'attachment; filename="{line}-approved.zip"'
        headers = {"Content-Disposition": name, **NO_STORE}
        return Response(zipped(line), media_type="application/zip", headers=headers)


def existing(line: str, product: str) -> Product:
    """Return a kept product. Raises ProblemError (404) if there is none of this id."""
    folder = products_of(find_line(line).line)
    is_id = len(product) == 12 and all(letter in "0123456789abcdef" for letter in product)
    found = find(folder, product) if is_id else None
    if found is None:
        raise ProblemError(404, f"{line} has no product {product[:40]!r}", act="generate it first")
    return found


def listed(line: str, state: State, start: int) -> dict[str, Any]:
    """Return one page of the products in a state, and how many are in each."""
    found, folder = by_product(reviews(line)), products_of(line)
    states = {name: found.get(name, OPEN).state for name in names(folder)}
    chosen = [name for name, standing in states.items() if state in ("all", standing)]
    products = [product for name in chosen[start : start + PAGE] if (product := find(folder, name)) is not None]
    return {
        "line": line,
        "counts": {name: sum(one == name for one in states.values()) for name in ("open", "approved", "rejected")},
        "of": len(chosen),
        "start": start,
        "products": [with_review(line, product, found.get(product.id, OPEN)) for product in products],
    }


def with_review(line: str, product: Product, found: Curated) -> dict[str, Any]:
    """Return a product as JSON values, with its edited text and what people decided."""
    made = [
        {"action": one.action, "by": one.by, "time": one.time, "reason": one.reason, "text": one.text}
        for one in found.reviews
    ]
    return {**shown(line, edited(product, found)), "state": found.state, "reviews": made}


def zipped(line: str) -> bytes:
    """Return the export of the approved products as a zip file.

    Raises:
        ProblemError: nothing is approved yet.
    """
    settings, products = find_line(line), approved_products(line)
    if not products:
        raise ProblemError(409, f"No product of {line} is approved yet", expected="one at least", act="approve some")
    sign = signer(settings.sign, settings.export.label, REPOSITORY)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / line
        try:
            write_export(folder, products, settings, sign, {"line": line, "batch": ""})
        except OSError as error:
            raise AtelierError(f"The export cannot be written ({error.strerror})", act="free some space") from None
        return _archive(folder)


def _archive(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder.parent))
    return content.getvalue()

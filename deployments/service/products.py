"""Deployments: the routes that generate products of a line: attributes, picture and description that agree."""

import base64
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import FastAPI
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from components.core.errors import AtelierError
from components.core.predictor import ChecksOutputs
from components.products.batch import Line, make_batch
from components.products.config import ProductLine
from components.products.product import Product
from components.products.report import diversity
from components.products.request import ProductRequest, spelled, where_of
from deployments.service.callers import Caller
from deployments.service.problems import ProblemError
from deployments.service.product_models import ProductModels, problem_with
from deployments.service.screen import require_no_refused_word
from registry.aliases import CHALLENGER, PRODUCTION
from registry.product_lines import choices, find_line, lines
from registry.service_settings import ServiceSettings

Gives = Literal["attributes", "picture", "description"]


class ProductQuestion(ProductRequest):
    """Which products to generate. `line` is only needed if there are several product lines."""

    line: str = ""
    versions: Annotated[
        Mapping[Gives, Literal["Production", "Challenger"]],
        Field(description="other aliases than those of the line, such as picture: Challenger"),
    ] = {}
    inline: Annotated[bool, Field(description="whether pictures are in the response too, base64")] = False


def add_product_routes(app: FastAPI, models: ProductModels) -> None:
    """Add POST /generate/product, and what is to be known of product lines."""

    @app.get("/product-lines", tags=["products"], summary="The product lines, and whether they can make products")
    def product_lines(caller: Caller) -> dict[str, Any]:
        return {"lines": [summary(models, name) for name in lines()]}

    @app.get("/product-lines/{line}", tags=["products"], summary="The fields of a line with their values")
    def product_line(line: str, caller: Caller) -> dict[str, Any]:
        return described(models, find_line(line))

    @app.post("/generate/product", tags=["products"], summary="Generate products: attributes, pictures, texts")
    async def product(asked: ProductQuestion, caller: Caller) -> dict[str, Any]:
        settings = await run_in_threadpool(check, models.service.settings, asked)
        made = await caller.use(settings.line, asked.num_samples, partial(generate, models, settings, asked))
        models.service.meters.count_products(settings.line, made["passed"], asked.num_samples)
        return made


def check(settings: ServiceSettings, asked: ProductQuestion) -> ProductLine:
    """Return the product line that is asked. Raises ProblemError or UsageError where the request is refused."""
    limits = settings.limits
    if asked.num_samples > limits.outputs:
        act = "ask for fewer, with further seeds, or run `python -m flows generate-products`"
        raise ProblemError(422, f"num_samples is {asked.num_samples}", expected=f"{limits.outputs} at most", act=act)
    require_no_refused_word(asked, settings.refused_words)
    return find_line(asked.line or only_line())


def generate(models: ProductModels, settings: ProductLine, asked: ProductQuestion) -> dict[str, Any]:
    """Return the products that were asked for, as JSON values. They are kept for the gallery and the review."""
    line = models.open(settings, dict(asked.versions))
    where = where_of(line.settings, asked)
    where = spelled(where, models.values(line)) if where != line.settings.where else where
    seed = line.settings.seed if asked.seed is None else asked.seed
    batch = make_batch(line, [where] * asked.num_samples, seed, lambda done, total: None)
    return {
        "line": line.settings.line,
        "seed": seed,
        "where": where,
        "versions": line.models.origins,
        "passed": len(batch.passed),
        "products": [shown(line.settings.line, product, asked.inline) for product in batch.products],
        "diversity": diversity(batch.products, line.settings.checks.near_duplicate_bits),
    }


def shown(line: str, product: Product, inline: bool = False) -> dict[str, Any]:
    """Return a product as JSON values, with the address of its picture."""
    picture = {"picture_base64": base64.b64encode(product.picture).decode()} if inline else {}
    return {**product.as_json(), "picture": f"/product-lines/{line}/products/{product.id}/picture.png", **picture}


def only_line() -> str:
    """Return the only product line; raises ProblemError if there are several, or none."""
    known = lines()
    if len(known) != 1:
        raise ProblemError(422, "line is missing", expected=f"one of {', '.join(known) or 'none: add one'}")
    return known[0]


def summary(models: ProductModels, name: str) -> dict[str, Any]:
    """Return what GET /product-lines says of a line. One whose YAML is wrong has only its problem."""
    try:
        line = find_line(name)
    except AtelierError as error:
        return {"line": name, "about": "", "problem": str(error)}
    return {"line": name, "about": line.about, "problem": problem_with(models, line)}


def described(models: ProductModels, settings: ProductLine) -> dict[str, Any]:
    """Return the fields of a line with the values that its attributes can have, and its versions."""
    line = models.open(settings, {})
    return {
        "line": settings.line,
        "about": settings.about,
        "seed": settings.seed,
        "most": models.service.settings.limits.outputs,
        "fixed": dict(settings.where),
        "fields": {column: list(values) for column, values in models.values(line).items() if len(values) > 1},
        "versions": line.models.origins,
        "challengers": challengers(models, settings),
        "checked": checked(line),
    }


def challengers(models: ProductModels, line: ProductLine) -> list[str]:
    """Return which of a line's models have a Challenger that is not in production too."""
    found = {gives: models.aliases(choice.model) for gives, choice in choices(line).items()}
    return [gives for gives, by in found.items() if CHALLENGER in by and by[CHALLENGER] != by.get(PRODUCTION)]


def checked(line: Line) -> list[str]:
    """Return what of a product is checked."""
    models = (line.models.picture, line.models.description)
    return [model.gives for model in models if isinstance(model.predictor, ChecksOutputs)]

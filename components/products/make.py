"""Products: the way of a product: attributes under its constraints, then a picture and a description that fit them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from components.core.files import digest_of
from components.core.predictor import Check
from components.core.seeds import derive_seed
from components.products.config import CheckSettings, ProductLine
from components.products.marks import marked
from components.products.predictors import (
    LineModel,
    Models,
    attributes_request,
    checks_of,
    output_of,
    predict_all,
    request_for,
)
from components.products.product import Found, Product, name_of

CHECKED = 2  # raised when checks change: a product that was kept before is made again, as it was checked otherwise
SEEDS = 2**31  # seeds of models are below: every random number generator takes them


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product that is wanted: what its attributes must have, and its seed."""

    where: Mapping[str, Any]
    seed: int


@dataclass(frozen=True, slots=True)
class Made:
    """What a model made for a product in the end, with its checks, and how it came to it."""

    output: Any
    checks: tuple[Found, ...]
    record: Mapping[str, Any]

    @property
    def failures(self) -> int:
        return sum(found.failed for found in self.checks)


def product_id(models: Models, line: ProductLine, wanted: Wanted) -> str:
    """Return 12 hex digits of what a product depends on: versions and weights, the line, what is wanted, the checks."""
    settings = line.model_dump(mode="json", exclude={"about", "seed", "export", "sign"})
    return digest_of([models.origins, settings, dict(wanted.where), wanted.seed, CHECKED])


def make_products(models: Models, line: ProductLine, wanted: Sequence[Wanted]) -> list[Product]:
    """Return a product for each one that is wanted. Each depends on its constraints and its seed alone.

    What fails its checks is generated again with another seed, at most `line.tries` times in all. Then the try with the
    fewest failures is kept, and the product says what failed.

    Raises:
        UsageError: the constraints contradict each other or what the models know.
    """
    rows = _attributes(models.attributes, wanted)
    pictures = until_passed(models.picture, rows, wanted, line)
    texts = until_passed(models.description, rows, wanted, line)
    return [
        _product(models, line, one, row, picture, text)
        for one, row, picture, text in zip(wanted, rows, pictures, texts, strict=True)
    ]


def until_passed(
    model: LineModel, rows: Sequence[Mapping[str, str]], wanted: Sequence[Wanted], line: ProductLine
) -> list[Made]:
    """Return what the model makes for each row of attributes: the first try that passes, or the best one."""
    best: dict[int, Made] = {}
    left = list(range(len(rows)))
    for number in range(1, line.tries + 1):
        again = _try(model, [rows[place] for place in left], [wanted[place] for place in left], number, line.checks)
        for place, made in zip(left, again, strict=True):
            best[place] = min((best.get(place, made), made), key=lambda one: one.failures)  # of equal ones the first
        left = [place for place in left if best[place].failures]
        if not left:
            break
    return [best[place] for place in range(len(rows))]


def _try(
    model: LineModel,
    rows: Sequence[Mapping[str, str]],
    wanted: Sequence[Wanted],
    number: int,
    settings: CheckSettings,
) -> list[Made]:
    """Return what the model makes for each row in the try of this number."""
    requests = [request_for(model, row, model_seed(model, one, number)) for row, one in zip(rows, wanted, strict=True)]
    made = []
    for row, request, response in zip(rows, requests, predict_all(model, requests), strict=True):
        found = _required(model, checks_of(model, request, response, row), settings)
        made.append(Made(output_of(model, response), found, {**_spoken(request), "tries": number}))
    return made


def model_seed(model: LineModel, wanted: Wanted, number: int) -> int:
    """Return the seed of a try, which no other product or model has by chance alone."""
    return derive_seed(wanted.seed, model.gives, number) % SEEDS


def as_texts(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the known values of a row as texts: 2012.0 is a year, not a fraction.

    >>> as_texts({"year": 2012.0, "brand": None, "usage": ""})
    {'year': '2012'}
    """
    known = {column: value for column, value in row.items() if value is not None and value == value and value != ""}
    return {
        column: str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        for column, value in known.items()
    }


def _attributes(model: LineModel, wanted: Sequence[Wanted]) -> list[dict[str, str]]:
    requests = [attributes_request(model, one.where, model_seed(model, one, 1)) for one in wanted]
    return [as_texts(output_of(model, response)) for response in predict_all(model, requests)]


def _required(model: LineModel, checks: Sequence[Check], settings: CheckSettings) -> tuple[Found, ...]:
    """Return the checks with the thresholds of the line, and whether each must be passed."""
    return tuple(
        Found(model.gives, _with_threshold(check, settings.at_least), check.name not in settings.reported)
        for check in checks
    )


def _with_threshold(check: Check, at_least: Mapping[str, float]) -> Check:
    bound = at_least.get(check.name)
    if bound is None or check.value is None:
        return check
    said = f"{check.name} is {check.value:.3f}, expected {bound:g} at least, as the product line says."
    return replace(check, threshold=bound, passed=check.value >= bound, sentence=said)


def _spoken(request: Any) -> dict[str, Any]:
    """Return what a model was asked, without the attributes, which the product has."""
    fields = request.model_dump(mode="json")
    return {name: value for name, value in fields.items() if name not in ("attributes", "count")}


def _product(
    models: Models, line: ProductLine, wanted: Wanted, row: Mapping[str, str], picture: Made, text: Made
) -> Product:
    checks = (*picture.checks, *text.checks)
    provenance = {
        "generated": line.export.label,
        "line": line.line,
        "seed": wanted.seed,
        "where": dict(wanted.where),
        "models": models.origins,
        "attributes": {"seed": model_seed(models.attributes, wanted, 1)},
        "picture": dict(picture.record),
        "description": dict(text.record),
        "checks": [found.as_json() for found in checks],
    }
    name = name_of(line.name, row)
    content = marked(picture.output, {**provenance, "product": dict(row)}, f"{name} ({line.export.label})")
    identity = product_id(models, line, wanted)
    return Product(identity, wanted.seed, row, name, text.output, content, checks, provenance)

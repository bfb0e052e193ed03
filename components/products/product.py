"""Products: the record of a product, and its name."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from string import Formatter
from typing import Any

from components.core.predictor import Check


@dataclass(frozen=True, slots=True)
class Found:
    """A check of a picture or a description, and whether the product must pass it."""

    of: str  # `picture`, `description` or `line`
    check: Check
    required: bool

    @property
    def failed(self) -> bool:
        return self.required and not self.check.passed

    def as_json(self) -> dict[str, Any]:
        return {"of": self.of, "required": self.required, **asdict(self.check)}


@dataclass(frozen=True, slots=True)
class Product:
    """A product. `id` is a digest of all that it depends on; `picture` is a PNG with its provenance in it."""

    id: str
    seed: int
    attributes: Mapping[str, str]
    name: str
    description: str
    picture: bytes
    checks: tuple[Found, ...]
    provenance: Mapping[str, Any]

    @property
    def passed(self) -> bool:
        return not any(found.failed for found in self.checks)

    @property
    def failures(self) -> list[str]:
        """Return the sentence of each check that it must pass, and does not."""
        return [found.check.sentence for found in self.checks if found.failed]

    @property
    def number(self) -> int:
        """Return its id as a number, as the Kaggle layout has them."""
        return int(self.id, 16)

    def as_json(self) -> dict[str, Any]:
        """Return everything but the picture."""
        return {
            "id": self.id,
            "seed": self.seed,
            "name": self.name,
            "attributes": dict(self.attributes),
            "description": self.description,
            "passed": self.passed,
            "checks": [found.as_json() for found in self.checks],
            "provenance": dict(self.provenance),
        }


def from_json(fields: Mapping[str, Any], picture: bytes) -> Product:
    """Return the product that `as_json` wrote; raises KeyError or TypeError for anything else."""
    checks = tuple(
        Found(one["of"], Check(*(one[name] for name in Check.__dataclass_fields__)), one["required"])
        for one in fields["checks"]
    )
    known = {name: fields[name] for name in ("id", "seed", "attributes", "name", "description", "provenance")}
    return Product(picture=picture, checks=checks, **known)


def name_of(template: str, attributes: Mapping[str, str]) -> str:
    """Return a product's name. Columns without a value are left out.

    >>> name_of("{brand} {baseColour} {articleType}", {"baseColour": "Red", "articleType": "Heels"})
    'Red Heels'
    """
    fields = {field: attributes.get(field, "") for _, field, _, _ in Formatter().parse(template) if field}
    return " ".join(template.format(**fields).split())

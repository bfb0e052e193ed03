"""Product descriptions: what a version is asked, and what it answers."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from components.recipes.product_descriptions.example import ATTRIBUTES, LONGEST_VALUE

MOST_TEXTS = 256  # of one request
EXAMPLE = {"articleType": "Casual Shoes", "baseColour": "Red", "gender": "Women"}
LONGEST_SCHEMA = 4000  # characters of a schema as JSON
_PART = re.compile(r"\s*(\w+)\s*[=:]\s*(.*?)\s*(?=,\s*\w+\s*[=:]|$)(?:,|$)", re.DOTALL)


def parse_attributes(given: Any) -> dict[str, str]:
    """Return attributes by their names in ATTRIBUTES, from a mapping or from text such as `articleType=Casual Shoes`.

    Letter case of names does not count. Whoever writes text is told of a name that is none; of a mapping, such as a row
    of a table, other columns are left out.

    >>> parse_attributes("articletype=Casual Shoes, baseColour=Red")
    {'articleType': 'Casual Shoes', 'baseColour': 'Red'}

    Raises:
        ValueError: it names no attribute, an unknown one, or one twice, or a value is too long.
    """
    known = {name.lower(): name for name in ATTRIBUTES}
    expected = f"such as 'articleType=Casual Shoes, baseColour=Red' with names of {', '.join(ATTRIBUTES)}"
    if isinstance(given, Mapping):
        pairs = [(str(name), value) for name, value in given.items() if str(name).lower() in known]
    else:
        pairs = _pairs(str(given), expected)
        unknown = [name for name, _ in pairs if name.lower() not in known]
        if unknown:
            raise ValueError(f"no attribute is called {unknown[0]!r}, expected attributes {expected}")
    found: dict[str, str] = {}
    for name, value in pairs:
        key, text = known[name.lower()], " ".join(str("" if value is None else value).split())
        if key in found:
            raise ValueError(f"{key} is given twice, expected it once")
        if len(text) > LONGEST_VALUE:
            raise ValueError(f"{key} has {len(text)} characters, expected {LONGEST_VALUE} at most")
        found[key] = text
    named = {name: text for name, text in found.items() if text}
    if not named:
        raise ValueError(f"it names no attribute, expected attributes {expected}")
    return named


def _pairs(text: str, expected: str) -> list[tuple[str, str]]:
    pairs, end = [], 0
    for found in _PART.finditer(text.strip()):
        if found.start() != end:
            break
        pairs.append((found[1], found[2]))
        end = found.end()
    if not pairs or end < len(text.strip()):
        raise ValueError(f"{text[:80]!r} is not a list of attributes, expected them {expected}")
    return pairs


Attributes = Annotated[
    dict[str, str],
    BeforeValidator(parse_attributes),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "object", "additionalProperties": {"type": "string"}},
                {"type": "string", "examples": ["articleType=Casual Shoes, baseColour=Red"]},
            ]
        }
    ),
]


def _is_small(schema: dict[str, Any] | None) -> dict[str, Any] | None:
    size = len(json.dumps(schema))
    if size > LONGEST_SCHEMA:
        raise ValueError(f"json_schema has {size} characters, expected {LONGEST_SCHEMA} at most")
    return schema


class DescriptionRequest(BaseModel):
    """The attributes of a product, as a mapping, or as text such as `articleType=Casual Shoes, baseColour=Red`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attributes: Annotated[Attributes, Field(examples=[EXAMPLE])]
    count: Annotated[int, Field(ge=1, le=MOST_TEXTS)] = 1
    seed: Annotated[
        int, Field(ge=0, lt=2**63 - MOST_TEXTS, description="of the first text; each next text has the next seed")
    ] = 0

    json_schema: Annotated[
        dict[str, Any] | None,
        AfterValidator(_is_small),
        Field(description="texts are JSON of this schema; without it they are as the version's settings say"),
    ] = None


class DescriptionResponse(BaseModel):
    """Texts, each with its seed, and the attributes that they describe."""

    model_config = ConfigDict(frozen=True)

    texts: tuple[str, ...]
    seeds: tuple[int, ...]
    attributes: Mapping[str, str]

    def files(self, origin: Mapping[str, str], /) -> Mapping[str, bytes]:
        """Return a text file for each text, and all of them as JSON with their origin."""
        single = {f"seed-{seed}.txt": f"{text}\n".encode() for seed, text in zip(self.seeds, self.texts, strict=True)}
        content = {"origin": dict(origin), **self.model_dump(mode="json")}
        return {"descriptions.json": json.dumps(content, indent=1, ensure_ascii=False).encode(), **single}

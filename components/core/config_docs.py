"""Core: the schema of a model's YAML as Markdown tables (docs/models.md) and as JSON Schema (for editors)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.core.config import ModelConfig, score_names
from components.core.metric_table import Metrics

Schema = Mapping[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
INTRODUCTION = """# The fields of a model's YAML

Each file in `deployments/models` defines one model. An unknown field is an error that lists the allowed ones. `make
docs` generates this page, and the JSON Schemas beside it for editors, from the code."""
HEAD = ("field", "meaning", "unit", "default", "required", "allowed values")
BOUNDS = {
    "minimum": "≥",
    "exclusiveMinimum": ">",
    "maximum": "≤",
    "exclusiveMaximum": "<",
    "multipleOf": "a multiple of",
}
KINDS = {"integer": "whole number", "number": "number", "string": "text", "boolean": "`true`, `false`", "null": "none"}
EACH = ".each"  # end of the name of a section that is an item of a list, or a value of a mapping
NAMES = "Names"  # heading of the lists of names that fields of one recipe share


@dataclass(frozen=True, slots=True)
class Names:
    """The lists of names that fields of one recipe share, by title, and the link to them."""

    link: str
    lists: dict[str, list[str]]


def json_schema(recipe: str, config: type[ModelConfig], metrics: Metrics) -> dict[str, Any]:
    """Return the JSON Schema of one recipe's YAML files, with the names of the recipe's scores."""
    schema = _with_names(_without_generated_titles(config.model_json_schema()), score_names(metrics))
    schema["properties"]["recipe"]["const"] = recipe
    return {"$schema": DIALECT, "title": f"A model of the recipe {recipe}", **schema}


def models_page(schemas: Mapping[str, Schema]) -> str:
    """Return a Markdown page: for each recipe one table per section, then the lists of names that fields share."""
    lines = [INTRODUCTION]
    for recipe, schema in schemas.items():
        lines += ["", f"## Recipe {recipe}", "", _text(schema)]
        names = Names(_anchor(_heading(NAMES, recipe)), {})
        for path, section in _sections(schema, schema, ""):
            lines += ["", f"### {_heading(path, recipe)}", "", *([_text(section), ""] if path else [])]
            lines += _table(schema, section, path, recipe, names)
        lines += ["", f"### {_heading(NAMES, recipe)}"]
        for title, allowed in sorted(names.lists.items()):
            lines += ["", f"{title.capitalize()}: {_listed(allowed)}."]
    return "\n".join(lines) + "\n"


def _without_generated_titles(schema: Any) -> Any:
    """Drop the titles that pydantic generates. Titles of lists of names (`enum`) are ours and stay."""
    if isinstance(schema, list):
        return [_without_generated_titles(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    of_pydantic = isinstance(schema.get("title"), str) and ("description" in schema or "properties" in schema)
    return {
        key: _without_generated_titles(value) for key, value in schema.items() if not (of_pydantic and key == "title")
    }


def _with_names(schema: Any, names: Mapping[str, Sequence[str]]) -> Any:
    """Replace the lists of names whose titles are in `names`."""
    if isinstance(schema, list):
        return [_with_names(part, names) for part in schema]
    if not isinstance(schema, dict):
        return schema
    given = {"enum": list(names[schema["title"]])} if "enum" in schema and schema.get("title") in names else {}
    return {key: _with_names(value, names) for key, value in schema.items()} | given


def _sections(root: Schema, section: Schema, path: str) -> Iterator[tuple[str, Schema]]:
    yield path, section
    for name, field in section["properties"].items():
        suffix, inner = _inner(field)
        if inner:
            yield from _sections(root, _resolved(root, inner), f"{path}.{name}{suffix}".lstrip("."))


def _inner(field: Schema) -> tuple[str, Schema | None]:
    """Return the section that a field is, or that each of its items is, and the end of that section's name."""
    if "$ref" in field:
        return "", field
    each = field.get("items") or field.get("additionalProperties")
    return (EACH, each) if isinstance(each, dict) and "$ref" in each else ("", None)


def _table(root: Schema, section: Schema, path: str, recipe: str, names: Names) -> list[str]:
    rows = [HEAD, ("---",) * len(HEAD)]
    for name, field in section["properties"].items():
        suffix, inner = _inner(field)
        heading = _heading(f"{path}.{name}{suffix}".lstrip("."), recipe)
        known = {**_resolved(root, field), **field} if "$ref" in field else field
        link = f"[{heading}]({_anchor(heading)})"
        allowed = _kind_of_each(field, link) if inner else _allowed(field, names)
        required = "yes" if name in section.get("required", ()) else "no"
        rows.append((f"`{name}`", _text(known), field.get("unit", ""), _default(field), required, allowed))
    return [f"| {' | '.join(cells)} |" for cells in rows]


def _kind_of_each(field: Schema, link: str) -> str:
    """Return the link to a section, as the field has it: once, in a list, or by a name."""
    if "$ref" in field:
        return link
    return f"list, each {link}" if field["type"] == "array" else f"{KINDS['string']}: {link}"


def _heading(path: str, recipe: str) -> str:
    return f"{path or 'Top level'} of {recipe}"


def _anchor(heading: str) -> str:
    """Return the link to a heading, in GitHub's form.

    >>> _anchor("data.split of product-images")
    '#datasplit-of-product-images'
    """
    return "#" + heading.lower().replace(".", "").replace(" ", "-")


def _allowed(field: Schema, names: Names) -> str:
    """Describe the values that a field may have. A list with a title goes into `names` and is linked."""
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        if "title" not in field:
            return _listed(field["enum"])
        names.lists[field["title"]] = field["enum"]
        return f"a [{field['title']}]({names.link})"
    if "anyOf" in field:
        return " or ".join(_allowed(choice, names) for choice in field["anyOf"])
    if field["type"] == "array":
        return f"list, each {_allowed(field['items'], names)}"
    if field["type"] == "object":
        keys = _allowed(field["propertyNames"], names) if "propertyNames" in field else KINDS["string"]
        values = field.get("additionalProperties", True)
        return f"{keys}: {_allowed(values, names) if isinstance(values, dict) else 'any value'}"
    limits = [f"{word} {field[bound]:g}" for bound, word in BOUNDS.items() if bound in field]
    return ", ".join([KINDS[field["type"]], *limits])


def _default(field: Schema) -> str:
    if "default" not in field or "$ref" in field:  # a section's defaults are in its own table
        return ""
    default = field["default"]
    if default in (None, {}):
        return "none"
    if isinstance(default, list):
        return _listed(default)
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _resolved(root: Schema, field: Schema) -> Schema:
    found: Schema = root["$defs"][field["$ref"].rpartition("/")[2]]
    return found


def _text(described: Schema) -> str:
    """Return the first paragraph of a description, in one line."""
    return " ".join(described.get("description", "").partition("\n\n")[0].split()).replace("|", "\\|")


def _listed(values: list[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values)

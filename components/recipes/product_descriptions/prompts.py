"""Product descriptions: the prompt of a product, from the template in the model's YAML."""

from collections.abc import Mapping
from string import Formatter

from components.recipes.product_descriptions.example import ATTRIBUTES


def check_template(template: str) -> None:
    """Raise ValueError unless every field of the template is the name of an attribute alone, such as {baseColour}."""
    try:
        parsed = [(name, form or conversion) for _, name, form, conversion in Formatter().parse(template)]
    except ValueError as error:
        raise ValueError(f"the prompt has an unpaired brace ({error}); write {{{{ or }}}} for one") from None
    unknown = sorted({name for name, _ in parsed if name is not None} - set(ATTRIBUTES))
    if unknown:
        raise ValueError(f"unknown field {', '.join(unknown)} in the prompt; known: {', '.join(ATTRIBUTES)}")
    if not any(name for name, _ in parsed):
        raise ValueError(f"the prompt names no attribute, expected at least one of {', '.join(ATTRIBUTES)}")
    for name, form in parsed:
        if form:
            raise ValueError(f"the field {name} of the prompt has a format, expected {{{name}}} alone")


def prompt_of(template: str, attributes: Mapping[str, str]) -> str:
    r"""Return the prompt of a product. A line of the template is left out if none of its fields is known.

    >>> prompt_of("Type: {articleType}\nColour: {baseColour}\nText:", {"articleType": "Heels"})
    'Type: Heels\nText:'
    """
    values = {name: " ".join(attributes.get(name, "").split()) for name in ATTRIBUTES}
    lines = [line for line in template.splitlines() if _is_known(line, values)]
    return "\n".join(line.format(**values).rstrip() for line in lines)


def fields_of(template: str) -> list[str]:
    """Return the attributes that the template names, in their order: what a description should state."""
    return list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(template) if name))


def _is_known(line: str, values: Mapping[str, str]) -> bool:
    fields = fields_of(line)
    return not fields or any(values[field] for field in fields)

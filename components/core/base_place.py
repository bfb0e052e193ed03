"""Core: the folder of the base model that a packed model names, which may move without the version being altered."""

from pathlib import Path

import yaml

DESCRIPTION = "MLmodel"  # MLflow's description of a packed model: YAML, whose flavours may name a base model
KEY = "base_model"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times faster


def base_place(text: str) -> str | None:
    r"""Return the absolute folder of the base model that MLmodel names; None if it names none, or one of a hub.

    >>> base_place("flavors:\n  any:\n    base_model: /home/me/base\n")
    '/home/me/base'
    """
    try:
        flavors = yaml.load(text, LOADER)["flavors"].values()
        named = {str(flavor[KEY]) for flavor in flavors if KEY in flavor}
    except (yaml.YAMLError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        return None
    return next((name for name in named if Path(name).is_absolute()), None) if len(named) == 1 else None


def with_base(text: str, base_model: str) -> str:
    r"""Return MLmodel with another base model in place of the folder that it names; all other characters stay.

    >>> with_base("flavors:\n  any:\n    base_model: /home/me/base\n", "starter")
    'flavors:\n  any:\n    base_model: starter\n'
    """
    place = base_place(text)
    if place is None or text.count(_lines(place)) != 1:
        return text
    return text.replace(_lines(place), _lines(base_model))


def as_registered(content: bytes, base_model: str) -> bytes:
    """Return MLmodel with the registered name of its base model in place of a folder: this is what is digested."""
    try:
        return with_base(content.decode("utf-8"), base_model).encode()
    except UnicodeDecodeError:
        return content


def _lines(base_model: str) -> str:
    """Return the entry of a base model as MLflow writes it: PyYAML folds a long path with spaces."""
    written = yaml.safe_dump({"flavors": {"flavor": {KEY: base_model}}}, default_flow_style=False)
    return str(written).split("\n", 2)[2]

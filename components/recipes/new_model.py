"""Recipes: write the YAML of a new model as a copy of another one, with its comments."""

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from components.core.config import ModelConfig
from components.core.errors import ConfigError, UsageError
from components.core.files import UNFINISHED, write_text
from components.data.catalogue.schema import COLUMNS
from components.recipes import read_config

Where = Mapping[str, Sequence[str]]

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def parse_where(assignments: Sequence[str]) -> Where:
    """Return the accepted values by column; repeat a column to accept several values.

    >>> parse_where(["articleType=Tshirts", "articleType=Shirts", "gender=Men"])
    {'articleType': ['Tshirts', 'Shirts'], 'gender': ['Men']}

    Raises:
        UsageError: an assignment has another form, or the column does not exist.
    """
    where: dict[str, list[str]] = {}
    for assignment in assignments:
        column, _, value = (part.strip() for part in assignment.partition("="))
        if not value:
            raise UsageError(
                f"--where is {assignment!r}", expected="column=value", act="write it as articleType=Tshirts"
            )
        if column not in COLUMNS:
            raise UsageError(f"--where names the column {column!r}", expected=f"one of {', '.join(COLUMNS)}")
        where.setdefault(column, []).append(value)
    return where


def write_model(models: Path, name: str, like: str, where: Where) -> Path:
    """Write `<name>.yaml` into the folder of models, completely or not at all, and return its path.

    Raises:
        UsageError: the name is not a plain file name, or it exists already.
        UnknownModelError: there is no model `like`.
        ConfigError: the result would not be a valid model, for example because the other one has no `data.where`.
    """
    if not PLAIN.fullmatch(name):
        raise UsageError(f"A model cannot be called {name!r}", expected="letters, digits, - and _, such as tshirts-64")
    path, config = models / f"{name}.yaml", read_config(models, like)
    text = (models / f"{like}.yaml").read_text(encoding="utf-8")
    draft = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=models))
    try:
        write_text(draft / path.name, rewritten(text, config, name, where))
        read_config(draft, name)
        path.hardlink_to(draft / path.name)  # fails if the file exists, which `rename` would overwrite
    except FileExistsError:
        raise UsageError(f"{path} exists already", act="choose another name, or delete it first") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return path


def rewritten(text: str, config: ModelConfig, name: str, where: Where) -> str:
    """Return the text of a model's YAML with another name and another `data.where`.

    If one value replaces one other, descriptions and comments change too: `casual shoes` becomes `tshirts`.

    Raises:
        ConfigError: the text has no `data.where`.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    old = config.data.model_dump().get("where")
    found = _find(root, "data", "where")
    if old is None or found is None:
        raise ConfigError(
            f"{config.model}.yaml has no data.where", expected="one to change", act="copy the file by hand"
        )
    pieces = [(_find(root, "model"), name), (found, {column: list(values) for column, values in where.items()})]
    change = partial(_renamed, words=_words(old, where), model=config.model, name=name)
    done, at = [], 0
    for node, new in sorted(((node, new) for node, new in pieces if node), key=lambda piece: piece[0].start_mark.index):
        done += [change(text[at : node.start_mark.index]), _inline(new)]
        at = _end(node)
    return "".join([*done, change(text[at:])])


def _find(node: yaml.Node | None, *keys: str) -> yaml.Node | None:
    for key in keys:
        if not isinstance(node, yaml.MappingNode):
            return None
        node = next((value for name, value in node.value if name.value == key), None)
    return node


def _end(node: yaml.Node) -> int:
    """Return the index where a node's text ends. The end mark of a block is too late, so its last value decides."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _inline(value: Any) -> str:
    r"""Return a value as YAML in one line.

    >>> _inline("007"), _inline({"year": ["2012"]})
    ("'007'", "{year: ['2012']}")
    """
    return yaml.safe_dump(value, default_flow_style=True, width=10**6, sort_keys=False).splitlines()[0]


def _words(old: Where, new: Where) -> dict[str, str]:
    """Return the new word for each old one, as written and in lower case. Numbers are not replaced."""
    words: dict[str, str] = {}
    for column in old.keys() & new.keys():
        before, after = old[column], new[column]
        if len(before) == len(after) == 1 and not before[0].isdecimal():
            words |= {before[0]: after[0], before[0].lower(): after[0].lower()}
    return words


def _renamed(text: str, words: Mapping[str, str], model: str, name: str) -> str:
    """Return a part of the YAML with the words of the new model; the names of fields stay."""
    if words:
        known = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        text = re.sub(rf"(?<![\w-])({known})(?![\w:-])", lambda found: words[found[0]], text)
    return re.sub(rf"(?<=lifecycle ){re.escape(model)}(?![\w-])", name, text)

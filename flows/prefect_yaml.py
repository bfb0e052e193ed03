"""Flows: write prefect.yaml, which has the same deployments as `make deploy`, for `prefect deploy` and for readers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from components.core.errors import AtelierError
from components.core.files import write_text
from flows.deployments import PULL, Entry
from registry.settings import REPOSITORY, settings

PREFECT_FILE = REPOSITORY / "prefect.yaml"
HEAD = """\
# `make deploy` writes this file from the YAML files in deployments/models and the table in flows/deployments.py: change
# those. A model has its schedules here if what it needs is on this machine. `prefect deploy --all` makes the same.
"""


def prefect_yaml(entries: Sequence[Entry]) -> str:
    """Return the text of prefect.yaml."""
    content = {"name": "atelier", "pull": PULL, "deployments": list(entries)}
    return HEAD + yaml.dump(content, Dumper=_Plain, sort_keys=False, default_flow_style=None, width=120)


def write_prefect_yaml(entries: Sequence[Entry], path: Path = PREFECT_FILE) -> bool:
    """Write prefect.yaml if it is out of date, and tell whether it was. Models of another folder are not written to it.

    Raises:
        AtelierError: it cannot be written.
    """
    text = prefect_yaml(entries)
    if settings().models != REPOSITORY / "deployments" / "models" or (path.is_file() and path.read_text() == text):
        return False
    try:
        write_text(path, text)
    except OSError as error:
        act = "make it writable, or run the command where it is"
        raise AtelierError(f"{path} is out of date and cannot be written ({error.strerror})", act=act) from None
    return True


class _Plain(yaml.SafeDumper):
    """Writes lists that occur twice in full, without the anchors of YAML."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

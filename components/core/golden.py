"""Core: the golden sample of a version, an output that every later loading must reproduce."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GoldenSample:
    """Files by name. Only the recipe knows their content and how to compare it."""

    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """The sha256 of all names and contents, in hex."""
        contents = {name: hashlib.sha256(content).hexdigest() for name, content in self.files.items()}
        return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()

"""Tests: the rooms that serve every kind of model use no word of one kind."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests import ROOT

ROOMS = ("flows", "registry", "components/core")
WORDS = re.compile(r"fid|kid|clip|clip_score|diffusers|pictures?|lora|comfyui", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z]+(?:_[A-Za-z]+)*")
# Files that may use such a word, and why.
ALLOWED = {
    "components/core/metric_table.py": "the table of the scores that the field knows",
    "flows/commands/pictures.py": "the commands that score and rate pictures of any origin, without a model",
    "flows/console/pictures.py": "what they print",
    "flows/score_pictures.py": "what they do",
    "flows/check_records.py": "what they do",
    "flows/cli.py": "their panel in `--help`",
    "registry/tables.py": "a column of databases that exist",
    "registry/environment.py": "variables of libraries that print warnings",
}


def found_in(path: Path) -> Iterator[str]:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    for number, word in ((number, word) for number, line in lines for word in WORD.findall(line)):
        if any(WORDS.fullmatch(part) for part in (word, *word.split("_"))):
            yield f"{path.relative_to(ROOT)}:{number}: {word}"


def test_flows_registry_and_core_name_no_score_or_library_of_one_kind() -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert len(files) > 50
    found = [place for path in files if str(path.relative_to(ROOT)) not in ALLOWED for place in found_in(path)]
    assert found == []


def test_every_exception_is_still_needed() -> None:
    for name in ALLOWED:
        assert list(found_in(ROOT / name)), f"{name} uses no such word any more: remove it from the list"

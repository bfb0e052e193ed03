"""Tests: a kind of model that is one row in RECIPES has its own scores, card, export and page everywhere."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from registry import aliases
from registry.settings import settings
from registry.version_record import kept
from tests.flows.command_line import run
from tests.toys import LIMIT, SCORES

ONE_KIND = re.compile(r"\b(FID|KID|CLIP|pictures?|diffusers|ComfyUI|kohya)\b", re.IGNORECASE)
TITLES = [metric.title for metric in SCORES.values()]

pytestmark = pytest.mark.usefixtures("command_environment")


@pytest.mark.parametrize(
    ("command", "printed"), [(["status"], TITLES), (["compare", "2", "3"], SCORES), (["history"], ["accuracy"])]
)
def test_commands_print_its_scores_and_no_word_of_another_kind(
    after_lifecycle: str, command: list[str], printed: Iterable[str]
) -> None:
    done = run(command[0], after_lifecycle, *command[1:])
    assert done.exit_code == 0
    assert not ONE_KIND.search(done.stdout)
    assert all(score in done.stdout for score in printed)


def test_the_card_has_its_scores_limitation_and_loading(after_lifecycle: str) -> None:
    version = aliases.production(after_lifecycle)
    assert version is not None
    assert all(f"| {score}" in version.description for score in SCORES)
    assert LIMIT in version.description
    assert f"`sort {after_lifecycle} {version.version}`" in version.description
    assert not ONE_KIND.search(version.description)


def test_the_tags_are_its_scores_and_the_package_loads_with_its_golden_sample(after_lifecycle: str) -> None:
    version = aliases.production(after_lifecycle)
    assert version is not None
    assert SCORES.keys() <= version.tags.keys()
    assert not version.tags.keys() & {"fid", "kid", "clip_score"}
    assert kept(version)["golden"]


def test_an_export_has_its_format(after_lifecycle: str, tmp_path: Path) -> None:
    done = run("export", after_lifecycle, "--format", "text", "--to", str(tmp_path / "out"))
    assert done.exit_code == 0
    assert (tmp_path / "out" / "threshold.txt").read_text(encoding="utf-8").endswith(" grams\n")
    refused = run("export", after_lifecycle, "--format", "kohya", "--to", str(tmp_path / "other"))
    assert refused.exit_code == 2


def test_the_page_has_its_scores_and_its_panel(after_lifecycle: str) -> None:
    report = settings().reports / after_lifecycle / "report.html"
    page = report.read_text(encoding="utf-8").split("</style>")[1]
    assert all(f"{title}<small>" in page for title in TITLES)
    assert '<section id="answers">' in page
    assert not ONE_KIND.search(re.sub(r"<[^>]*>", " ", page))

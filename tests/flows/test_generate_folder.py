"""Tests: a version generates into a new folder, completely or not at all; the same request gives the same bytes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from components.core.errors import RegistryError, UsageError
from components.recipes import read_config
from flows.generate_folder import files_of, generate, make_request
from registry.settings import settings

NO_OPTIONS: Mapping[str, int] = {}


def run(model: str, text: str = "120", version: str | None = None, to: Path | None = None) -> dict[str, Any]:
    return generate(read_config(settings().models, model), text, version, NO_OPTIONS, to)


def test_the_version_in_production_answers_and_the_file_says_which_it_was(after_lifecycle: str) -> None:
    found = run(after_lifecycle)
    (file,) = found["files"]
    content = json.loads(Path(file).read_text())
    assert (content["response"], content["origin"]["version"]) == ({"kind": "apple"}, found["version"])
    assert (found["request"], found["complete"]) == ({"grams": 120}, False)


def test_the_same_request_again_is_complete_and_has_the_same_bytes(after_lifecycle: str, tmp_path: Path) -> None:
    first, again = run(after_lifecycle), run(after_lifecycle)
    assert (first["complete"], again["complete"]) == (False, True)
    assert first["files"] == again["files"]
    elsewhere = run(after_lifecycle, to=tmp_path / "out")
    assert Path(elsewhere["files"][0]).read_bytes() == Path(first["files"][0]).read_bytes()


def test_the_base_model_and_any_version_answer_too(after_lifecycle: str) -> None:
    answers = [json.loads(Path(run(after_lifecycle, "1", v)["files"][0]).read_text()) for v in ("base", "1")]
    assert [answer["origin"]["version"] for answer in answers] == ["base", "1"]
    assert [answer["response"]["kind"] for answer in answers] == ["apple", "plum"]


def test_an_existing_folder_is_never_written_to(after_lifecycle: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError, match="is there already, expected a new folder: name another one"):
        run(after_lifecycle, to=tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_a_file_that_was_changed_is_not_taken_for_the_answer(after_lifecycle: str) -> None:
    (file,) = run(after_lifecycle)["files"]
    Path(file).write_text("{}")
    with pytest.raises(UsageError, match=r"response\.json is not what was generated"):
        run(after_lifecycle)


def test_nothing_in_production_yet_is_an_error_with_what_to_do(scored: str) -> None:
    with pytest.raises(
        RegistryError, match=r"in production yet, expected one: run `python -m flows promote fruit`, or"
    ):
        run(scored)


def test_a_model_without_versions_needs_a_lifecycle_first(toy: str) -> None:
    with pytest.raises(RegistryError, match="run `python -m flows lifecycle fruit` first, or name the version base"):
        run(toy)
    assert run(toy, version="base")["version"] == "base"


class Wish(BaseModel):
    text: str
    count: int = 1
    seed: int = 0


class Pair(BaseModel):
    left: str
    right: str


def test_the_text_goes_into_the_one_field_without_a_default_and_options_into_theirs() -> None:
    assert make_request("toy", Wish, "shoes", {"seed": 7}) == Wish(text="shoes", count=4, seed=7)
    assert make_request("toy", Wish, "shoes", {"count": 2}) == Wish(text="shoes", count=2, seed=0)


@pytest.mark.parametrize(
    ("kind", "options", "sentence"),
    [
        (Wish, {"size": 3}, "toy was given an option for its size, expected values for its fields text, count, seed"),
        (Pair, {}, "toy was given one text for left, right, expected values for its fields left, right"),
    ],
)
def test_a_request_that_does_not_fit_is_one_sentence(
    kind: type[BaseModel], options: Mapping[str, int], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        make_request("toy", kind, "shoes", options)


@pytest.mark.parametrize("text", ["heavy", "", "\ud800"])
def test_a_text_that_the_model_refuses_names_the_field(toy: str, text: str) -> None:
    with pytest.raises(UsageError, match="fruit does not take this grams"):
        run(toy, text, "base")


class Letters(BaseModel):
    def files(self, origin: Mapping[str, str], /) -> Mapping[str, bytes]:
        return {"letters.txt": f"from {origin['version']}".encode()}


def test_a_response_with_files_of_its_own_is_saved_as_those() -> None:
    assert files_of(Letters(), {"version": "3"}) == {"letters.txt": b"from 3"}

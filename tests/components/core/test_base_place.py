"""Tests: the folder of a base model in MLmodel is exchanged for another, and back, to the byte."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.core.base_place import as_registered, base_place, with_base

NAMES = st.text(st.characters(exclude_categories=("C",), exclude_characters="/"), min_size=1, max_size=60)
PLACES = st.lists(NAMES, min_size=1, max_size=6).map(lambda names: "/" + "/".join(names))


def described(base_model: str) -> str:
    """Return MLmodel as MLflow writes it."""
    flavors = {"any": {"adapter_type": "lora", "base_model": base_model, "code": None}, "python_function": {"env": {}}}
    content = {"artifact_path": "models:/m-1", "flavors": flavors, "run_id": "1", "prompts": None}
    return str(yaml.safe_dump(content, default_flow_style=False))


@given(PLACES, PLACES)
def test_any_folder_is_exchanged_for_any_other_and_back_to_the_byte(old: str, new: str) -> None:
    assert base_place(described(old)) == old
    assert with_base(described(old), new) == described(new)
    assert with_base(described(new), old) == described(old)


@given(PLACES)
def test_what_is_digested_is_the_same_wherever_the_base_is(place: str) -> None:
    assert as_registered(described(place).encode(), "starter") == described("starter").encode()


def test_a_base_of_a_hub_is_no_folder_and_is_never_exchanged() -> None:
    for name in ("./org/name", "org/name", "../base", ""):
        assert base_place(described(name)) is None
        assert with_base(described(name), "/elsewhere") == described(name)


def test_a_text_that_is_no_description_names_no_folder() -> None:
    for text in ("", "flavors: []", "flavors: {a: 1}", "a: [", "flavors: {a: {base_model: [1]}}", "- 1", "\x00"):
        assert base_place(text) is None
    assert as_registered(b"\xff\xfe", "starter") == b"\xff\xfe"


def test_two_flavours_with_different_folders_name_none() -> None:
    assert base_place("flavors:\n  a:\n    base_model: /one\n  b:\n    base_model: /two\n") is None

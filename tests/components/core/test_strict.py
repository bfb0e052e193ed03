"""Tests: a section of a YAML is passed to Prefect's tasks, which take any object with `keys` for a mapping."""

import pytest

from components.core.strict import Strict


def test_a_section_with_a_field_called_keys_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="Columns has a field called keys, expected another name"):

        class Columns(Strict):
            keys: tuple[str, ...] = ()


def test_a_section_becomes_a_dict_of_its_fields() -> None:
    class Columns(Strict):
        names: tuple[str, ...] = ("id",)

    assert dict(Columns()) == {"names": ("id",)}

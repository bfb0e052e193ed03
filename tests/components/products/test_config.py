"""Tests: the YAML of a product line is checked field by field."""

from pathlib import Path

import pytest
import yaml

from components.core.errors import ConfigError
from components.products.config import UnknownLineError, line_names, read_line
from tests import ROOT
from tests.components.products.toys import settings

LINES = ROOT / "deployments" / "products"


def write(folder: Path, **fields: object) -> None:
    kept = settings().model_dump(mode="json", exclude_defaults=True)
    (folder / "toys.yaml").write_text(yaml.safe_dump({**kept, **fields}))


@pytest.mark.parametrize("line", line_names(LINES))
def test_every_line_of_ours_can_be_read(line: str) -> None:
    assert read_line(LINES, line).about


def test_an_unknown_line_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownLineError, match=r"No product line is called 'cats'\. Known product lines: .*starter"):
        read_line(LINES, "cats")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"line": "other"}, "toys.yaml has `line: other`, expected `line: toys`"),
        ({"tries": 0}, "tries is 0, but"),
        ({"colour": "red"}, "colour is not a known field"),
        ({"name": "{brand!r}"}, "columns in braces alone"),
        ({"checks": {"real_quantile": 0.7}}, "checks.real_quantile is 0.7"),
        ({"sign": {"certificate": "a.pem"}}, "sign.key is missing"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(tmp_path: Path, fields: dict[str, object], said: str) -> None:
    write(tmp_path, **fields)
    with pytest.raises(ConfigError) as found:
        read_line(tmp_path, "toys")
    assert said in str(found.value)

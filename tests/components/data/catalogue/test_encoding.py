"""Tests: the encoding of a table is found by its bytes."""

import pytest

from components.data.catalogue.encoding import decode
from tests.components.data.catalogues import HEADER, line


def text_of(*names: str) -> str:
    return "\n".join([HEADER, *(line(n, name) for n, name in enumerate(names))])


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Café Schuhe für Männer"),
        ("utf-8-sig", "Café Schuhe für Männer"),
        ("utf-16", "Café 红色 Shoes"),
        ("utf-16-le", "Café 红色 Shoes"),
        ("utf-16-be", "Café 红色 Shoes"),
        ("utf-32", "Café 红色 Shoes"),
        ("utf-32-le", "Café 红色 Shoes"),
        ("cp1252", "Men\u2019s \u201cCafé\u201d Schuhe"),
        ("latin-1", "Zapatos de niño à la mode blå ø Größe"),
        ("cp1250", "Buty męskie żółte śnieżne łódź"),
        ("cp1251", "Мужские ботинки красные кожаные"),
        ("shift_jis", "赤い靴メンズカジュアルシューズ"),
    ],
)
def test_a_text_comes_back_from_its_encoding(encoding: str, name: str) -> None:
    text = text_of(name, "Plain", name)
    assert decode(text.encode(encoding)).lines == text.split("\n")


def test_lines_that_are_not_utf_8_among_others_that_are_become_windows_1252() -> None:
    lines = [HEADER.encode(), "Café".encode(), "Größe\u2019".encode("cp1252"), b"\x81\x8d"]
    found = decode(b"\r\n".join(lines))
    assert found.lines[1:] == ["Café", "Größe\u2019", "\x81\x8d"]
    assert (found.name, found.ends, found.other) == ("UTF-8", "CRLF", frozenset({2, 3}))


@pytest.mark.parametrize(("text", "ends"), [("a\rb", "CR"), ("a\nb", "LF"), ("a\r\nb", "CRLF")])
def test_lines_end_as_on_any_system(text: str, ends: str) -> None:
    found = decode(text.encode())
    assert (found.lines, found.ends) == (["a", "b"], ends)

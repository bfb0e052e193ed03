"""Tests: descriptions become plain text, and malformed style files are reported."""

import json
from pathlib import Path

import pytest

from components.data.catalogue.style_files import clean_text, read_offer, read_style
from tests.components.data.catalogues import write_style


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One<br />two<br>three</p>", "One\ntwo\nthree"),
        ('<p style="margin: 0"><span style="color: red">Plain</span></p>', "Plain"),
        ('See <a href="http://x.example">the guide</a>.', "See the guide."),
        (
            "<table><tr><td>Fit</td><td>Regular</td></tr><tr><td>Care</td><td>Wipe</td></tr></table>",
            "Fit Regular\nCare Wipe",
        ),
        ("nine o&amp;rsquo;clock", "nine o\u2019clock"),
        ("below 3 o&amp;  rsquo  clock marking", "below 3 o\u2019clock marking"),
        ("Round & bull Metallic", "Round \u2022 Metallic"),
        ("&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt;", "Bold"),
        ("Wear &amp;amp; tear", "Wear & tear"),
        ("Black & red", "Black & red"),
        ("a\nb\r\nc&nbsp;d", "a b c d"),
        ("<script>alert(1)</script><style>p {}</style>Shoe", "Shoe"),
        ("5 < 6", "5 < 6"),
        ("http://shop.example", "http://shop.example"),
        ("", ""),
    ],
)
def test_html_becomes_plain_text(markup: str, text: str) -> None:
    assert clean_text(markup) == text


def test_a_style_file_has_brand_and_description(tmp_path: Path) -> None:
    (tmp_path / "styles").mkdir()
    write_style(tmp_path, 1, "Red &amp; Tape ", "<p>Leather</p>")
    style = read_style(tmp_path / "styles" / "1.json")
    assert (style.brand, style.description, style.fault) == ("Red & Tape", "Leather", "")


@pytest.mark.parametrize(
    ("brand", "expected"), [("N/A", ""), ("-", ""), ("Nonesuch", "Nonesuch"), ("G\ud800as", "Gas")]
)
def test_a_brand_may_be_a_word_for_none_or_hold_half_a_letter(brand: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "styles").mkdir()
    write_style(tmp_path, 1, brand, "<p>Soft\udc00</p>")
    style = read_style(tmp_path / "styles" / "1.json")
    assert (style.brand, style.description) == (expected, "Soft")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"{", "style-file-unreadable"),
        (b"\xff\xfe", "style-file-unreadable"),
        (b"[]", "description-missing"),
        (b'{"data": {"productDescriptors": []}}', "description-missing"),
        (b'{"data": {"brandName": 7, "productDescriptors": {"description": {"value": null}}}}', "description-missing"),
    ],
)
def test_a_malformed_style_file_gives_an_empty_style_with_its_fault(content: bytes, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "1.json"
    path.write_bytes(content)
    assert (read_style(path).brand, read_style(path).fault) == ("", fault)
    assert read_style(None).fault == "style-file-missing"


@pytest.mark.parametrize(
    ("written", "price"),
    [("649", 649.0), ("12.5", 12.5), ("0", None), ("-3", None), ("true", None), ('"649"', None), ("NaN", None)],
)
def test_a_price_is_a_number_above_0_or_none(written: str, price: float | None, tmp_path: Path) -> None:
    path = tmp_path / "1.json"
    path.write_text(f'{{"data": {{"price": {written}}}}}')
    assert read_style(path).price == price
    assert read_style(None).price is None


@pytest.mark.parametrize(
    ("product", "discount"),
    [
        ({"price": 1000, "discountedPrice": 750}, 25.0),
        ({"price": 1000, "discountedPrice": 1000}, 0.0),
        ({"price": 1000, "discountedPrice": 1200}, None),  # no discount, and no sense
        ({"price": 1000}, None),
        ({"price": 0, "discountedPrice": 0}, None),
    ],
)
def test_an_offer_has_the_discount_in_percent_of_the_price(
    tmp_path: Path, product: dict[str, int], discount: float | None
) -> None:
    (tmp_path / "1.json").write_text(json.dumps({"data": {**product, "brandName": "Alder &amp; Co"}}))
    found = read_offer(tmp_path / "1.json")
    assert (found.brand, found.discount) == ("Alder & Co", discount)


def test_an_offer_that_cannot_be_read_has_its_fault(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_bytes(b"<html>")
    assert read_offer(tmp_path / "1.json").fault == "style-file-unreadable"
    assert read_offer(None).fault == "style-file-missing"

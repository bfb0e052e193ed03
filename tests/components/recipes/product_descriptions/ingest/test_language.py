"""Tests: which texts are surely in another language."""

import pytest

from components.recipes.product_descriptions.ingest.language import is_other_language

FRENCH = "Cette chaussure rouge en toile a une semelle blanche et des lacets qui ne se défont pas facilement."


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (FRENCH, True),
        ("これは赤い靴です", True),
        ("A red canvas shoe with a white sole and laces that do not come undone easily at all.", False),
        ("Warranty : 2 Years", False),
        ("Chaussure rouge", False),  # too short to tell
        ("Puma Nike Adidas Ferrari Murcia Esprit", False),
        ("", False),
    ],
)
def test_a_text_is_refused_only_where_it_is_sure(text: str, other: bool) -> None:
    assert is_other_language(text, "en") is other


def test_the_language_is_the_one_that_is_asked_for() -> None:
    assert not is_other_language(FRENCH, "fr")

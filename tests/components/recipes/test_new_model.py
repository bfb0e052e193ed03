"""Tests: the YAML of a new model is a copy of another one with its comments, except for its name and its rows."""

import shutil
from difflib import ndiff
from pathlib import Path
from textwrap import dedent

import pytest

from components.core.errors import ConfigError, UnknownModelError, UsageError
from components.recipes import RECIPES, model_names, read_config
from components.recipes.new_model import Where, parse_where, write_model
from components.recipes.product_images.config import ProductImagesConfig
from tests import ROOT
from tests.toy_catalogue import toy_model_yaml

TSHIRTS: Where = {"articleType": ["Tshirts"]}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "deployments" / "models", tmp_path / "models"))


def changed(models: Path, like: str, name: str) -> list[str]:
    """Return the lines of a new model that the other one has not."""
    texts = ((models / f"{model}.yaml").read_text(encoding="utf-8").splitlines() for model in (like, name))
    return [line[2:] for line in ndiff(*texts) if line.startswith("+ ")]


def rewrite(models: Path, old: str, new: str) -> None:
    """Write a model `mine`, with another text in a place of the starter's."""
    text = (models / "starter.yaml").read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new).replace("model: starter\nrecipe", "model: mine\nrecipe")
    (models / "mine.yaml").write_text(text, encoding="utf-8")


def test_only_what_names_the_model_and_its_rows_changes(models: Path) -> None:
    path = write_model(models, "tees", "shoes-64", TSHIRTS)
    assert path == models / "tees.yaml"
    assert changed(models, "shoes-64", "tees") == [
        "# The starter's base on a real catalogue: python -m flows lifecycle tees --catalogue /path/to/fashion-dataset",
        "model: tees",
        "about: A LoRA adapter that fits the starter's small Stable Diffusion to a real catalogue's tshirts, 64 px.",
        "  where: {articleType: [Tshirts]}",
        *(
            f"    - A professional product photo of {colour} tshirts on white background"
            for colour in ("black", "brown", "white", "blue")
        ),
    ]


@pytest.mark.parametrize("like", ["starter", "shoes-64", "casual-shoes"])
def test_a_new_model_can_be_read_and_is_like_the_other_one(models: Path, like: str) -> None:
    write_model(models, "tees", like, {"articleType": ["Tshirts", "Shirts"], "gender": ["Men"]})
    old, new = read_config(models, like), read_config(models, "tees")
    assert isinstance(old, ProductImagesConfig)
    assert isinstance(new, ProductImagesConfig)
    assert new.data.where == {"articleType": ["Tshirts", "Shirts"], "gender": ["Men"]}
    same = {"model": True, "data": {"where"}}
    assert new.model_dump(exclude=same) == old.model_dump(exclude=same)


def test_rows_in_block_style_are_replaced_and_the_comments_around_them_stay(models: Path) -> None:
    block = "where:  # rows\n    articleType:\n      - Casual Shoes\n      - Heels\n  # pixels\n"
    rewrite(models, "where: {articleType: [Casual Shoes]}\n", block)
    text = write_model(models, "tees", "mine", TSHIRTS).read_text(encoding="utf-8")
    assert "where:  # rows\n    {articleType: [Tshirts]}\n  # pixels\n  size: 64" in text


def test_words_are_replaced_whole_and_once(models: Path) -> None:
    rewrite(models, "{articleType: [Casual Shoes]}", "{gender: [men]}  # for men, not women or men-like")
    text = write_model(models, "tees", "mine", {"gender": ["women and men"]}).read_text(encoding="utf-8")
    assert "{gender: [women and men]}  # for women and men, not women or men-like" in text


@pytest.mark.parametrize("value", ["007", "a: b", "# none", "it's", "[x", "Größe"])
def test_any_value_of_a_column_is_read_as_it_was_written(models: Path, value: str) -> None:
    write_model(models, "tees", "casual-shoes", {"usage": [value]})
    config = read_config(models, "tees")
    assert isinstance(config, ProductImagesConfig)
    assert config.data.where == {"usage": [value]}


def test_a_name_that_looks_like_a_number_stays_a_text(models: Path) -> None:
    write_model(models, "007", "starter", TSHIRTS)
    assert read_config(models, "007").model == "007"


@pytest.mark.parametrize("name", ["", ".", "..", "../tees", "a/b", ".tees", "tees.yaml", "-tees", "tees\n", "té es"])
def test_a_name_that_is_not_a_plain_file_name_is_refused(models: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"A model cannot be called .*, expected letters, digits, - and _"):
        write_model(models, name, "starter", TSHIRTS)


def test_an_existing_model_is_not_overwritten(models: Path) -> None:
    before = (models / "shoes-64.yaml").read_bytes()
    with pytest.raises(UsageError, match=r"shoes-64\.yaml exists already: choose another name"):
        write_model(models, "shoes-64", "starter", TSHIRTS)
    assert (models / "shoes-64.yaml").read_bytes() == before


def test_an_unknown_model_to_copy_names_the_known_ones(models: Path) -> None:
    known = ", ".join(model_names(models))
    assert known.startswith("attributes-starter, casual-shoes")
    with pytest.raises(UnknownModelError, match=f"Known models: {known}"):
        write_model(models, "tees", "cats", TSHIRTS)


def test_a_model_without_rows_to_choose_cannot_be_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECIPES, "toy", "tests.toys")
    toy_model_yaml(tmp_path)
    with pytest.raises(ConfigError, match=r"fruit\.yaml has no data\.where"):
        write_model(tmp_path, "plums", "fruit", TSHIRTS)


def test_a_result_that_is_not_a_valid_model_is_named_and_leaves_no_file(models: Path) -> None:
    rewrite(models, "about: A LoRA", "about: of Casual Shoes. A LoRA")
    before = model_names(models)
    with pytest.raises(ConfigError, match=r"tees\.yaml is not YAML"):
        write_model(models, "tees", "mine", {"articleType": ["a: b"]})
    assert model_names(models) == before
    assert not [path.name for path in models.iterdir() if path.suffix != ".yaml"]


def test_a_repeated_column_accepts_several_values() -> None:
    assert parse_where(["gender = Men", "gender=Women"]) == {"gender": ["Men", "Women"]}


@pytest.mark.parametrize("assignment", ["articleType", "articleType=", "=Tshirts", ""])
def test_rows_that_are_not_written_as_an_assignment_are_refused(assignment: str) -> None:
    with pytest.raises(UsageError, match="--where"):
        parse_where([assignment])


def test_an_unknown_column_names_the_known_ones() -> None:
    expected = dedent("""\
        --where names the column 'article', expected one of id, gender, masterCategory, subCategory, articleType,
        baseColour, season, year, usage, productDisplayName.""").replace("\n", " ")
    with pytest.raises(UsageError) as refused:
        parse_where(["article=Tshirts"])
    assert str(refused.value) == expected

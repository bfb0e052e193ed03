"""Tests: a model's YAML and its overrides either fit the schema or are refused in a sentence."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.core.config import ModelConfig, PromotionPolicy, override, parse_config, read_yaml
from components.core.errors import ConfigError, UnknownModelError, UnknownRecipeError
from components.core.strict import Strict
from components.recipes import RECIPES, read_config
from tests import toys
from tests.toy_catalogue import toy_model_yaml


class Optimizer(Strict):
    rate: float = 0.1


class Train(Strict):
    steps: int
    optimizer: Optimizer = Optimizer()


class Config(ModelConfig):
    train: Train


FIELDS: dict[str, Any] = {
    "model": "cats",
    "recipe": "toy",
    "about": "Cats.",
    "data": {},
    "train": {"steps": 3},
    "evaluate": {},
    "promote": {"primary": "kid"},
}


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models with one in it, `fruit`."""
    monkeypatch.setitem(RECIPES, "toy", "tests.toys")
    toy_model_yaml(tmp_path)
    return tmp_path


def refusal(*overrides: str) -> str:
    with pytest.raises(ConfigError) as refused:
        parse_config(Config, override(FIELDS, overrides), "cats.yaml")
    return str(refused.value)


def parsed(*overrides: str) -> Config:
    config = parse_config(Config, override(FIELDS, overrides), "cats.yaml")
    assert isinstance(config, Config)
    return config


def test_the_message_about_an_unknown_field_names_the_file_the_field_and_the_allowed_fields() -> None:
    assert refusal("train.stepz=3") == ("cats.yaml: train.stepz is not a known field; allowed here: optimizer, steps.")


def test_an_unknown_field_is_refused_at_every_depth() -> None:
    assert "colour is not a known field; allowed here: about, data, evaluate, model" in refusal("colour=red")
    assert "train.optimizer.rat is not a known field; allowed here: rate" in refusal("train.optimizer.rat=1")
    assert "train.lora is not a known field; allowed here: optimizer, steps" in refusal("train.lora.rank.deep=1")


@pytest.mark.parametrize("field", ["about", "data"])
def test_a_value_with_a_password_is_refused_and_not_shown(field: str) -> None:
    address = "https://me:Zq7secret@example.org/shoes"
    value = {"about": address, "data": {"sources": [address]}}[field]
    with pytest.raises(ConfigError, match=f"cats.yaml: {field} has a password or a token, expected none") as caught:
        parse_config(Config, {**FIELDS, field: value}, "cats.yaml")
    assert "Zq7secret" not in str(caught.value)


def test_a_wrong_type_says_what_was_found_and_what_was_expected() -> None:
    assert "train.steps is 'many', but input should be a valid integer" in refusal("train.steps=many")
    assert "train is [1, 2], but input should be a valid dictionary" in refusal("train=[1, 2]")


def test_a_long_wrong_value_is_not_printed_whole() -> None:
    assert len(refusal(f"train.steps={'many' * 100}")) < 250


def test_all_wrong_fields_are_named_in_one_message() -> None:
    said = refusal("train.stepz=3", "train.steps=many", "seed=x")
    assert said.count(";") >= 3
    assert "train.stepz" in said
    assert "seed is 'x'" in said


def test_a_missing_field_is_named() -> None:
    with pytest.raises(ConfigError, match=r"cats\.yaml: about is missing"):
        parse_config(Config, {name: FIELDS[name] for name in FIELDS if name != "about"}, "cats.yaml")


def test_the_message_about_an_unknown_score_lists_the_scores() -> None:
    assert refusal("promote.at_most.fidd=3").startswith("cats.yaml: promote: unknown score fidd; known: accuracy, ")


@pytest.mark.parametrize("name", ["kid", "fid", "coverage", "lpips_diversity"])
def test_slices_by_a_score_of_whole_sets_are_refused(name: str) -> None:
    assert f"slices names {name}, a score of whole sets, expected a score of single examples: " in refusal(
        f"promote.slices.{name}=1"
    )


def test_slices_accept_every_score_of_single_examples() -> None:
    known = refusal("promote.slices.kid=1").rstrip(".").rpartition(": ")[2].split(", ")
    assert {"clip_score", "attribute_agreement", "white_background", "memorised", "accuracy"} <= set(known)
    assert set(parsed(*(f"promote.slices.{name}=0.1" for name in known)).promote.slices) == set(known)


def test_the_scores_that_decide_are_named_once_and_the_primary_first() -> None:
    policy = parsed("promote.at_least.accuracy=0.5", "promote.at_most.kid=1").promote
    assert policy.scores == ("kid", "accuracy")


def test_overrides_reach_any_depth_and_later_ones_win() -> None:
    config = parsed("train.steps=7", "train.optimizer.rate=0.5", "train.steps=8")
    assert (config.train.steps, config.train.optimizer.rate) == (8, 0.5)


def test_an_override_leaves_its_input_alone() -> None:
    override(FIELDS, ["train.steps=7"])
    assert FIELDS["train"] == {"steps": 3}


@pytest.mark.parametrize("assignment", ["train.steps", "=3", "", "train..steps=3", ".steps=3", "train.=3"])
def test_an_override_that_is_not_an_assignment_says_how_to_write_one(assignment: str) -> None:
    with pytest.raises(ConfigError, match=r"write it as train\.steps=200"):
        override(FIELDS, [assignment])


def test_an_override_inside_a_plain_value_names_it() -> None:
    with pytest.raises(ConfigError, match=r"model\.deep\.er: model is a str, expected a section"):
        override(FIELDS, ["model.deep.er=1"])


@pytest.mark.parametrize("value", ["[", "{a: ", "2001-99-99", "0x_", "!!int ''", "!!bool maybe", "!!timestamp x", "\0"])
def test_an_override_that_is_not_yaml_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match=r"--set train\.steps is not YAML"):
        override(FIELDS, [f"train.steps={value}"])


@given(st.lists(st.text() | st.from_regex(r"(train|data|seed)(\.[a-z]*)*=[\[\]{}:!0-9a-f_\-. ]*", fullmatch=True)))
@example(["train.steps=" + "[" * 500])
def test_any_override_gives_a_config_or_a_config_error(assignments: list[str]) -> None:
    with suppress(ConfigError):
        parsed(*assignments)


def test_the_digests_of_training_evaluation_and_decision_change_with_the_settings_they_depend_on() -> None:
    plain, rate, primary = parsed(), parsed("train.optimizer.rate=0.5"), parsed("promote.primary=fid")
    assert plain.training_digest("s1") == primary.training_digest("s1") != rate.training_digest("s1")
    assert plain.evaluation_digest("s1") == primary.evaluation_digest("s1") != rate.evaluation_digest("s1")
    assert plain.decision_digest("s1") != primary.decision_digest("s1")
    assert plain.training_digest("s1") != plain.training_digest("s2")
    assert parsed("about=Dogs").decision_digest("s1") == plain.decision_digest("s1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"train: [", "cats.yaml is not YAML ("),
        (b"\xff\xfe\xfa", "cats.yaml cannot be read as text ("),
        (b"- a\n- b\n", "cats.yaml holds a list, expected fields"),
        (b"", "cats.yaml holds nothing, expected fields"),
    ],
)
def test_a_file_that_is_not_a_mapping_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "cats.yaml").write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        read_yaml(tmp_path / "cats.yaml")
    assert str(refused.value).startswith(said)


def test_a_model_is_read_with_its_overrides(models: Path) -> None:
    config = read_config(models, "fruit", ["train.steps=9"])
    assert isinstance(config, toys.Config)
    assert config.train.steps == 9


def test_the_message_about_an_unknown_model_lists_the_models_without_side_files(models: Path) -> None:
    (models / "._fruit.yaml").write_bytes(b"\0")
    for name in ("cats", "../fruit", "", "._fruit"):
        with pytest.raises(UnknownModelError) as refused:
            read_config(models, name)
        assert str(refused.value) == f"No model is called {name!r}. Known models: fruit."


def test_the_message_about_an_unknown_recipe_lists_the_recipes(models: Path) -> None:
    with pytest.raises(UnknownRecipeError, match=rf"'tea'\. Known recipes: {', '.join(sorted(RECIPES))}\."):
        read_config(models, "fruit", ["recipe=tea"])


@pytest.mark.parametrize("recipe", ["", "[1]", "3"])
def test_a_model_without_a_recipe_names_the_known_recipes(models: Path, recipe: str) -> None:
    with pytest.raises(ConfigError, match=r"fruit\.yaml names no recipe, expected .* product-images, toy"):
        read_config(models, "fruit", [f"recipe={recipe}"])


def test_a_model_has_the_name_of_its_file(models: Path) -> None:
    (models / "fruit.yaml").rename(models / "pears.yaml")
    with pytest.raises(ConfigError, match=r"pears\.yaml has `model: fruit`, expected `model: pears`"):
        read_config(models, "pears")


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"at_least": {"clip_score": 25}}, r"clip_score is 25, expected -1 to 1 .cosine.; 25 .* is 0\.25"),
        ({"at_most": {"fid": -1}}, r"fid is -1, expected 0 to inf"),
    ],
)
def test_a_bound_outside_the_range_of_its_score_is_refused_with_the_conversion(
    bounds: dict[str, dict[str, float]], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        PromotionPolicy.model_validate({"primary": "kid", **bounds})


def test_one_primary_score_needs_no_list() -> None:
    assert PromotionPolicy.model_validate({"primary": "kid"}).primary == ("kid",)
    with pytest.raises(ValueError, match="primary is empty"):
        PromotionPolicy.model_validate({"primary": []})

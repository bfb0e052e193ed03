"""Core: what every model's YAML has in common. A recipe adds its sections by naming its own subclass."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from components.core.config_errors import kind_of, sentence
from components.core.errors import ConfigError
from components.core.files import digest_of
from components.core.metric_table import METRICS, Metric, Metrics

Positive = Annotated[float, Field(ge=0)]
SCORES = "metrics"  # in the context of a validation: the metrics table of the recipe


def unit(name: str) -> Any:
    """Return what says in `Annotated` in which unit a field is, for docs/models.md and the JSON Schema."""
    return Field(json_schema_extra={"unit": name})


# What the JSON Schema says of fields whose keys or values are names of scores: `title` names the list in the docs.
_SCORE = {"title": "score", "enum": sorted(METRICS)}
_SCORE_OF_EXAMPLES = {
    "title": "score of single examples",
    "enum": sorted(name for name, metric in METRICS.items() if not metric.of_sets),
}
_ONE_OR_MORE_SCORES = WithJsonSchema({"anyOf": [_SCORE, {"type": "array", "items": _SCORE, "minItems": 1}]})


def _by_score(names: Mapping[str, Any], **limits: float) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "object", "propertyNames": names, "additionalProperties": {"type": "number", **limits}}
    )


class Strict(BaseModel):
    """A frozen section of a YAML file, in which an unknown field is an error.

    The text below a field says what it means, that of a section's class what the section is for: docs/models.md and the
    JSON Schemas are made of them (`make docs`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class PromotionPolicy(Strict):
    """How the versions of one model are compared: bounds, then losses that are not tolerated, then the primary scores.

    A score's name stands for itself everywhere; thresholds and margins are in the score's own unit.
    """

    primary: Annotated[tuple[str, ...], _ONE_OR_MORE_SCORES]
    """The scores that rank versions: the first decides; where it leaves two tied, the next one does."""
    at_least: Annotated[Mapping[str, float], _by_score(_SCORE), unit("of the score")] = {}
    """The lowest value of a score that a promoted version may have."""
    at_most: Annotated[Mapping[str, float], _by_score(_SCORE), unit("of the score")] = {}
    """The highest value of a score that a promoted version may have."""
    margins: Annotated[Mapping[str, Positive], _by_score(_SCORE, minimum=0), unit("of the score")] = {}
    """How much worse than Production a version may be: its interval must prove that it is not worse by more."""
    slices: Annotated[Mapping[str, Positive], _by_score(_SCORE_OF_EXAMPLES, minimum=0), unit("of the score")] = {}
    """How much worse than Production a version may clearly be on any slice, such as colour=white. Margins ask for proof
    that it is not worse by more; these do not, because a slice has too few examples to give it."""
    smallest_n: Annotated[int, unit("examples")] = 2
    """Fewer examples than this decide nothing, whatever a score's own smallest number is."""
    beat_base: bool = True
    """A version must also score better than the untrained base model, where that was scored."""
    approval: bool = False
    """A person must approve each promotion, in Prefect's page or by `--approve`."""

    @field_validator("primary", mode="before")
    @classmethod
    def _one_or_more(cls, names: Any) -> Any:
        return (names,) if isinstance(names, str) else names

    @model_validator(mode="after")
    def _scores_exist(self, info: ValidationInfo) -> Self:
        metrics: Metrics = (info.context or {}).get(SCORES, METRICS)
        unknown = sorted({*self.scores, *self.slices} - metrics.keys())
        if unknown:
            raise ValueError(f"unknown score {', '.join(unknown)}; known: {', '.join(sorted(metrics))}")
        if not self.primary:
            raise ValueError("primary is empty, expected at least one score")
        for name, bound in [*self.at_least.items(), *self.at_most.items()]:
            _check_scale(name, bound, metrics[name])
        _check_sliced(self.slices, metrics)
        return self

    @property
    def scores(self) -> tuple[str, ...]:
        """The scores that decide, the primary ones first, each once."""
        return tuple(dict.fromkeys((*self.primary, *self.at_least, *self.at_most, *self.margins)))


class ModelConfig(Strict):
    """One model: which recipe, which data, how to train, how to score, what the gates are."""

    model: str
    """The model's name, the same as the file's: `starter` in starter.yaml."""
    recipe: str
    """The kind of model."""
    about: str
    """One sentence for people, shown in the registry."""
    seed: int = 42
    """All random numbers of training and evaluation follow from it: the same seed gives the same weights and scores."""
    data: Strict
    train: Strict
    evaluate: Strict
    promote: PromotionPolicy

    def training_digest(self, snapshot: str) -> str:
        """Name everything that trained weights depend on. Two trainings of the same name give the same weights."""
        return self._digest(snapshot, exclude={"about", "data", "evaluate", "promote"})

    def data_digest(self) -> str:
        """Name everything that a snapshot depends on, besides the catalogue itself."""
        return digest_of(self.data.model_dump(mode="json", exclude={"catalogue"}))

    def evaluation_digest(self, snapshot: str) -> str:
        """Name everything that scores depend on."""
        return self._digest(snapshot, exclude={"about", "data", "promote"})

    def decision_digest(self, snapshot: str) -> str:
        """Name everything that a decision depends on, besides the versions that were there before."""
        return self._digest(snapshot, exclude={"about", "data"})

    def _digest(self, snapshot: str, exclude: set[str]) -> str:
        return digest_of({"settings": self.model_dump(mode="json", exclude=exclude), "snapshot": snapshot})


def parse_config(
    schema: type[ModelConfig], fields: Mapping[str, Any], origin: str, metrics: Metrics = METRICS
) -> ModelConfig:
    """Check the fields against the schema, and the names of scores against the metrics table of the recipe.

    Raises:
        ConfigError: names the origin, each wrong field, what was found and what is allowed.
    """
    try:
        return schema.model_validate(fields, context={SCORES: metrics})
    except ValidationError as error:
        raise ConfigError(f"{origin}: {'; '.join(sentence(schema, e) for e in error.errors())}.") from None


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping.

    Raises:
        ConfigError: the file cannot be read, is not YAML, or is no mapping.
    """
    try:
        fields = _load(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be read as text: {error}. Mend the file.") from None
    if not isinstance(fields, dict):
        expected = f"expected fields such as `model: {path.stem}`"
        raise ConfigError(f"{path.name} holds {kind_of(fields)}, {expected}: mend it.")
    return fields


def override(fields: dict[str, Any], assignments: Sequence[str]) -> dict[str, Any]:
    """Return the fields with overrides such as `train.steps=200` applied; values are read as YAML.

    >>> override({"train": {"steps": 600}}, ["train.steps=200"])
    {'train': {'steps': 200}}

    Raises:
        ConfigError: an override is not written as `section.field=value`, or its section is a plain value.
    """
    for assignment in assignments:
        path, equals, value = assignment.partition("=")
        keys = path.split(".")
        if not equals or not all(keys):
            raise ConfigError(f"--set {assignment!r} was not understood: write it as train.steps=200.")
        fields = _with(fields, keys, _load(value, f"--set {path}"))
    return fields


def _with(fields: dict[str, Any], keys: Sequence[str], value: Any) -> dict[str, Any]:
    first, *rest = keys
    if not rest:
        return {**fields, first: value}
    section = fields.get(first, {})
    if not isinstance(section, dict):
        raise ConfigError(f"--set {'.'.join(keys)}: {first} is {kind_of(section)}, expected a section with fields.")
    return {**fields, first: _with(section, rest, value)}


def _load(text: str, origin: str) -> Any:
    try:
        return yaml.safe_load(text)
    except (
        Exception
    ) as error:  # besides YAMLError, PyYAML lets ValueError, KeyError, IndexError ... through: `2001-99-99`
        said = " ".join(str(error).split())
        raise ConfigError(f"{origin} is no YAML: {said}. Mend it.") from None


def _check_scale(name: str, bound: float, metric: Metric) -> None:
    """Raise unless a score can have this value. Others print a cosine or a share of 0.3 as 30."""
    if metric.low <= bound <= metric.high:
        return
    meant = f"; {bound:g} on a scale of 0 to 100 is {bound / 100:g}" if metric.high == 1 else ""
    raise ValueError(
        f"the bound of {name} is {bound:g}, expected {metric.low:g} to {metric.high:g} ({metric.unit}){meant}"
    )


def _check_sliced(names: Iterable[str], metrics: Metrics) -> None:
    """Raise unless slices can be compared by these scores: one that is never measured would block every promotion."""
    for name in (name for name in names if metrics[name].of_sets):
        known = ", ".join(sorted(known for known, metric in metrics.items() if not metric.of_sets))
        raise ValueError(f"slices has {name}, which only a whole set has, expected a score of each example: {known}")

"""Core: the fields that every model's YAML has. A recipe adds its own sections in a subclass of `ModelConfig`."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import (
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from components.core.config_errors import kind_of, sentence
from components.core.drift_policy import DriftPolicy
from components.core.errors import ConfigError
from components.core.files import digest_of
from components.core.masking import mask_values
from components.core.metric_table import METRICS, Metric, Metrics
from components.core.retraining import RetrainingPolicy
from components.core.schedule import Schedule
from components.core.strict import Positive, Strict, unit

OPERATIONS = frozenset({"schedule", "monitor", "retrain"})  # sections that no trained weight and no score depends on
SCORES = "metrics"  # key of the recipe's metrics table in pydantic's validation context


def score_names(metrics: Metrics) -> Mapping[str, Sequence[str]]:
    """Return the lists of names of scores that fields refer to, by the title of each list in JSON Schema and docs."""
    single = [name for name, metric in metrics.items() if not metric.of_sets]
    return {"score": sorted(metrics), "score of single examples": sorted(single)}


# The JSON Schema of fields whose keys or values are names of scores; `config_docs` puts in those of the recipe.
_SCORE, _SCORE_OF_EXAMPLES = ({"title": title, "enum": names} for title, names in score_names(METRICS).items())
_ONE_OR_MORE_SCORES = WithJsonSchema({"anyOf": [_SCORE, {"type": "array", "items": _SCORE, "minItems": 1}]})


def _by_score(names: Mapping[str, Any], **limits: float) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "object", "propertyNames": names, "additionalProperties": {"type": "number", **limits}}
    )


class PromotionPolicy(Strict):
    """How versions are compared: by bounds, then losses to the base model and Production, then the primary scores.

    Fields refer to scores by their names in the metrics table; bounds and margins are in the score's own unit.
    """

    primary: Annotated[tuple[str, ...], _ONE_OR_MORE_SCORES]
    """The scores that rank versions: the first one decides, the next one breaks its ties."""
    at_least: Annotated[Mapping[str, float], _by_score(_SCORE), unit("of the score")] = {}
    """The lowest value of a score that a promoted version may have."""
    at_most: Annotated[Mapping[str, float], _by_score(_SCORE), unit("of the score")] = {}
    """The highest value of a score that a promoted version may have."""
    margins: Annotated[Mapping[str, Positive], _by_score(_SCORE, minimum=0), unit("of the score")] = {}
    """How much worse than Production a version may be: the interval of the difference must rule out a larger loss."""
    slices: Annotated[Mapping[str, Positive], _by_score(_SCORE_OF_EXAMPLES, minimum=0), unit("of the score")] = {}
    """How much worse than Production a version may be on any slice, such as colour=white. It is held where the interval
    shows a loss and the measured loss is larger. Slices have too few examples for the stricter test of `margins`."""
    tolerated_loss: Annotated[Positive, unit("share")] = 0.1
    """How much worse than the base model, and than Production, a version may be in any score that the report has a
    target for, as a share of their score: 0.1 of 84 % is 8.4 points. It is refused where the interval shows a loss and
    the measured loss is larger. Where `margins` names the score, that margin is tolerated instead of the share."""
    smallest_n: Annotated[int, unit("examples")] = 2
    """A score of fewer examples decides nothing, even where the metric itself needs fewer."""
    beat_base: bool = True
    """A version must also beat the untrained base model, if that was scored, and lose to it in no target. With `false`
    it is not compared with the base model at all."""
    approval: bool = False
    """A person must approve each promotion, on Prefect's page or with `--approve`."""

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
    """One model: its recipe, its data, how it is trained and scored, and what gates a promotion."""

    model: str
    """The model's name, the same as the file's: `starter` in starter.yaml."""
    recipe: str
    """The kind of model."""
    about: str
    """One sentence that describes the model, shown in the registry."""
    seed: int = 42
    """The seed of all random numbers in training and evaluation: the same seed gives the same weights and scores."""
    data: Strict
    train: Strict
    evaluate: Strict
    promote: PromotionPolicy
    schedule: Schedule = Schedule()
    monitor: DriftPolicy = DriftPolicy()
    retrain: RetrainingPolicy = RetrainingPolicy()

    def training_digest(self, snapshot: str) -> str:
        """Return the digest of everything that trained weights depend on. Equal digests give equal weights."""
        return self._digest(snapshot, exclude={"about", "data", "evaluate", "promote"})

    def data_digest(self) -> str:
        """Return the digest of everything that a snapshot depends on, besides the catalogue itself."""
        return digest_of(self.data.model_dump(mode="json", exclude={"catalogue"}))

    def evaluation_digest(self, snapshot: str) -> str:
        """Return the digest of everything that scores depend on."""
        return self._digest(snapshot, exclude={"about", "data", "promote"})

    def decision_digest(self, snapshot: str) -> str:
        """Return the digest of everything that a decision depends on, besides the earlier versions."""
        return self._digest(snapshot, exclude={"about", "data"})

    def base_digest(self) -> str:
        """Return the digest of the base model's files; empty without one, or where it is not on this machine."""
        return ""

    def starts_from_production(self) -> bool:
        """Tell whether a training begins with the weights in production."""
        return False

    def _digest(self, snapshot: str, exclude: set[str]) -> str:
        known = {"settings": self.model_dump(mode="json", exclude=exclude | OPERATIONS), "snapshot": snapshot}
        base = self.base_digest()  # other weights under the same name are another base model
        return digest_of(known | ({"base": base} if base else {}))


def parse_config(
    schema: type[ModelConfig], fields: Mapping[str, Any], origin: str, metrics: Metrics = METRICS
) -> ModelConfig:
    """Check the fields against the schema, and the names of scores against the metrics table of the recipe.

    Raises:
        ConfigError: the message names the origin, each wrong field, what was found and what is allowed. A value has a
            password: MLflow, reports and caches keep every field.
    """
    _refuse_secrets(fields, origin)
    try:
        return schema.model_validate(fields, context={SCORES: metrics})
    except ValidationError as error:
        raise ConfigError(f"{origin}: {'; '.join(sentence(schema, e) for e in error.errors())}.") from None


def _refuse_secrets(fields: Mapping[str, Any], origin: str) -> None:
    secret = next((name for name, value in fields.items() if mask_values(value) != _as_lists(value)), None)
    if secret:
        raise ConfigError(
            f"{origin}: {secret} has a password or a token",
            expected="none, as every field is logged",
            act="keep it in an environment variable",
        )


def _as_lists(value: Any) -> Any:
    """Return the value as `mask_values` builds it where nothing is masked: tuples are lists."""
    if isinstance(value, Mapping):
        return {name: _as_lists(inner) for name, inner in value.items()}
    return [_as_lists(inner) for inner in value] if isinstance(value, list | tuple) else value


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping.

    Raises:
        ConfigError: the file cannot be read, is not YAML, or is not a mapping.
    """
    try:
        fields = _load(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be read as text ({error})", act="correct the file") from None
    if not isinstance(fields, dict):
        expected = f"fields such as `model: {path.stem}`"
        raise ConfigError(f"{path.name} holds {kind_of(fields)}", expected=expected, act="correct the file")
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
            raise ConfigError(f"--set {assignment!r} is not an assignment", act="write it as train.steps=200")
        fields = _with(fields, keys, _load(value, f"--set {path}"))
    return fields


def _with(fields: dict[str, Any], keys: Sequence[str], value: Any) -> dict[str, Any]:
    first, *rest = keys
    if not rest:
        return {**fields, first: value}
    section = fields.get(first, {})
    if not isinstance(section, dict):
        found = f"--set {'.'.join(keys)}: {first} is {kind_of(section)}"
        raise ConfigError(found, expected="a section with fields")
    return {**fields, first: _with(section, rest, value)}


def _load(text: str, origin: str) -> Any:
    try:
        return yaml.safe_load(text)
    except Exception as error:  # besides YAMLError, PyYAML raises ValueError, KeyError, IndexError ...: `2001-99-99`
        raise ConfigError(f"{origin} is not YAML ({' '.join(str(error).split())})", act="correct it") from None


def _check_scale(name: str, bound: float, metric: Metric) -> None:
    """Raise ValueError unless a score can have this value. Some tools print a cosine or a share of 0.3 as 30."""
    if metric.low <= bound <= metric.high:
        return
    hint = f"; {bound:g} on a scale of 0 to 100 is {bound / 100:g}" if metric.high == 1 else ""
    raise ValueError(
        f"the bound of {name} is {bound:g}, expected {metric.low:g} to {metric.high:g} ({metric.unit}){hint}"
    )


def _check_sliced(names: Iterable[str], metrics: Metrics) -> None:
    """Raise ValueError unless each score exists per example: slices of other scores would block every promotion."""
    for name in (name for name in names if metrics[name].of_sets):
        known = ", ".join(sorted(known for known, metric in metrics.items() if not metric.of_sets))
        raise ValueError(f"slices names {name}, a score of whole sets, expected a score of single examples: {known}")

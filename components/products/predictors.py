"""Products: what a product line needs of its models, whatever their kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from pydantic import BaseModel

from components.core.errors import UsageError
from components.core.predictor import Check, ChecksOutputs, Predictor, PredictsTogether
from components.core.read_request import read_request
from components.core.records import Snapshot

if TYPE_CHECKING:  # it loads torch, which commands and the service need only once a model is loaded
    from components.metrics.augmentation import Augmentation

# The field of a response that has the outputs, by what the model gives to a product.
OUTPUTS: Mapping[str, str] = {"attributes": "rows", "picture": "pictures", "description": "texts"}


@runtime_checkable
class FromAttributes(Protocol):
    """A predictor whose requests are made from a product's attributes."""

    def request_for(self, attributes: Mapping[str, str], seed: int, /) -> BaseModel:
        """Return the request for one output."""
        ...


@runtime_checkable
class ComparesWithReal(Protocol):
    """A predictor whose checks compare what it made with the real examples that it was trained on."""

    def with_real(self, snapshot: Snapshot[Any], cache: Path, quantile: float, /) -> Predictor:
        """Return the same predictor with the real examples; `quantile` of them would fail a check of similarity."""
        ...


@runtime_checkable
class MeasuresAugmentation(Protocol):
    """A predictor that can tell whether what it generates helps a classifier that is trained on real examples."""

    def augmentation(self, count: int, seed: int, /) -> "Sequence[Augmentation]":
        """Generate `count` examples, and return the comparison for each attribute and share of the real examples."""
        ...


@dataclass(frozen=True, slots=True)
class LineModel:
    """A loaded version, what it gives to a product, and where its outputs are from.

    `answer` gets several requests at once where something else than the caller's thread computes, as in a service.
    """

    gives: str  # a key of OUTPUTS
    predictor: Predictor
    origin: Mapping[str, str]
    answer: Callable[[Sequence[BaseModel]], Sequence[BaseModel]] | None = None


@dataclass(frozen=True, slots=True)
class Models:
    """The three models of a line."""

    attributes: LineModel
    picture: LineModel
    description: LineModel

    @property
    def origins(self) -> dict[str, dict[str, str]]:
        return {model.gives: dict(model.origin) for model in (self.attributes, self.picture, self.description)}


def check_kind(model: LineModel) -> None:
    """Raise UsageError unless the model's responses have what it should give to a product."""
    field = OUTPUTS[model.gives]
    if field not in model.predictor.response.model_fields:
        article = "an" if model.gives[0] in "aeiou" else "a"
        raise UsageError(
            f"The model {model.origin['model']} gives no {model.gives}",
            expected=f"{article} {model.gives} model, whose responses have the field {field}",
            act=f"name another one in models.{model.gives} of the product line",
        )


def attributes_request(model: LineModel, where: Mapping[str, Any], seed: int) -> BaseModel:
    """Return the request for one row of attributes. Raises UsageError if the model refuses it."""
    return _made(model, {"where": dict(where), "count": 1, "seed": seed})


def request_for(model: LineModel, attributes: Mapping[str, str], seed: int) -> BaseModel:
    """Return the request for one output that fits the attributes. Raises UsageError if the model refuses it."""
    if isinstance(model.predictor, FromAttributes):
        return model.predictor.request_for(attributes, seed)
    return _made(model, {"attributes": dict(attributes), "count": 1, "seed": seed})


def predict_all(model: LineModel, requests: Sequence[BaseModel]) -> list[Any]:
    """Return the response to each request: together where that is faster, with the same responses."""
    if model.answer is not None:
        return list(model.answer(requests))
    if isinstance(model.predictor, PredictsTogether) and len(requests) > 1:
        return list(model.predictor.predict_together(requests))
    return [model.predictor.predict(request) for request in requests]


def outputs_of(model: LineModel, response: Any) -> Sequence[Any]:
    found: Sequence[Any] = getattr(response, OUTPUTS[model.gives])
    return found


def output_of(model: LineModel, response: Any) -> Any:
    return outputs_of(model, response)[0]


def checks_of(model: LineModel, request: Any, response: Any, attributes: Mapping[str, str]) -> Sequence[Check]:
    """Return the checks of the one output of a response; none if the model has no checks."""
    if not isinstance(model.predictor, ChecksOutputs):
        return ()
    return tuple(model.predictor.check(request, response, attributes)[0])


def _made(model: LineModel, fields: Mapping[str, Any]) -> BaseModel:
    return read_request(model.origin["model"], model.predictor.request, fields)

"""Deployments: the models of product lines in the service: versions that answer, computed by the service's device."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from pydantic import BaseModel

from components.core.errors import AtelierError
from components.core.run_log import QuietLog
from components.products.balance import known_values
from components.products.batch import Line
from components.products.config import ModelChoice, ProductLine
from components.products.predictors import LineModel, Models
from components.recipes import read_config
from deployments.service.cache import Kept, request_key, version_digest
from deployments.service.queue import Ticket
from deployments.service.screen import outputs_of
from deployments.service.service import Service
from registry.aliases import aliases
from registry.loaded import Loaded, load_version
from registry.product_lines import choices, line_model, products_of
from registry.settings import settings

KEPT = 32  # versions, and lists of values
Values = dict[str, dict[str, int]]


@dataclass(slots=True)
class ProductModels:
    """Gives product lines with the versions of this moment. It is thread-safe.

    `load` loads a version that the service does not follow, such as a Challenger without a canary.
    """

    service: Service
    load: "Callable[[ModelChoice, str], Loaded]" = field(default_factory=lambda: load_choice)
    aliases: Callable[[str], Mapping[str, int]] = field(default_factory=lambda: aliases)
    _models: dict[str, LineModel] = field(default_factory=dict)
    _values: dict[str, Values] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def open(self, line: ProductLine, chosen: Mapping[Any, str]) -> Line:
        """Return a line with its models: one version each, whatever is promoted while products are made.

        Raises:
            AtelierError: a model has no such version, or does not give what the line needs.
        """
        models = {gives: self._model(line, gives, chosen) for gives in choices(line)}
        return Line(line, Models(**models), products_of(line.line))

    def values(self, line: Line) -> Values:
        """Return the values that the line's attributes can have, by column, as `known_values` does."""
        model = line.models.attributes
        key = f"{sorted(model.origin.items())} {line.settings.where}"
        if key not in self._values:
            found = known_values(model, line.settings.where)
            with self._lock:
                _bound(self._values)
                self._values[key] = found
        return self._values[key]

    def _model(self, line: ProductLine, gives: str, chosen: Mapping[Any, str]) -> LineModel:
        choice = choices(line)[gives]
        loaded = self._loaded(choice, chosen.get(gives) or choice.version)
        key = f"{gives} {version_digest(loaded)} {line.checks.real_quantile}"
        with self._lock:
            if key not in self._models:
                _bound(self._models)
                model = line_model(gives, loaded, line.checks.real_quantile)
                self._models[key] = replace(model, answer=answers(self.service, loaded))
            return self._models[key]

    def _loaded(self, choice: ModelChoice, alias: str) -> Loaded:
        """Return the version that answers for an alias; one that the service does not follow is loaded."""
        live = self.service.versions.find(choice.model, alias)
        return self.load(choice, alias) if live is None else live.loaded


def load_choice(choice: ModelChoice, alias: str) -> Loaded:
    """Load the version of an alias. Raises RegistryError if nothing has it."""
    return load_version(read_config(settings().models, choice.model), alias, QuietLog())


def answers(service: Service, loaded: Loaded) -> Callable[[Sequence[BaseModel]], list[BaseModel]]:
    """Return what answers requests with a version on the service's device, from its cache where they are known."""
    version = version_digest(loaded)

    def answer(requests: Sequence[BaseModel]) -> list[BaseModel]:
        waiting = [_ask(service, loaded, request, request_key(version, request)) for request in requests]
        try:
            return [future.result() for future in waiting]
        finally:
            for future in waiting:  # after an error the others need not be computed
                future.cancel()

    return answer


def _ask(service: Service, loaded: Loaded, request: BaseModel, key: str) -> "Future[BaseModel]":
    kept = service.cache.get(key)
    if kept is not None:
        known: Future[BaseModel] = Future()
        known.set_result(kept.response)
        return known
    ticket = Ticket(loaded, request, outputs_of(request))
    ticket.future.add_done_callback(lambda future: _keep(service, key, future))
    return service.queue.submit(ticket)


def _keep(service: Service, key: str, future: "Future[BaseModel]") -> None:
    if not future.cancelled() and future.exception() is None:
        response = future.result()
        service.cache.put(key, Kept(response, response.model_dump_json().encode()))


def problem_with(models: ProductModels, line: ProductLine) -> str:
    """Return why products of a line cannot be made now; empty if they can."""
    try:
        models.open(line, {})
    except AtelierError as error:
        return str(error)
    return ""


def _bound(kept: dict[str, object] | dict[str, LineModel] | dict[str, Values]) -> None:
    while len(kept) >= KEPT:
        kept.pop(next(iter(kept)))

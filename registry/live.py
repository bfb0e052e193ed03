"""Registry: the versions that answer requests now, loaded by alias and exchanged when the alias moves."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from components.core.config import ModelConfig
from components.core.errors import AtelierError, RegistryError, UnavailableError, UnknownModelError, is_out_of_memory
from components.core.recipe import RunLog
from components.recipes import model_names, read_config
from registry.aliases import CHALLENGER, PRODUCTION, aliases, checked_alias
from registry.live_facts import facts_of, refused_licence
from registry.loaded import Loaded, load_version
from registry.settings import settings

LONGEST_PAUSE = 60.0  # seconds before a version that did not load is tried again

Key = tuple[str, str]  # model, alias
Prove = Callable[[Loaded], None]  # raises AtelierError if the version does not answer


@dataclass(frozen=True, slots=True)
class Live:
    """A version that answers requests. `facts` is what people ask about it, as JSON values: scores, since when."""

    loaded: Loaded
    alias: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> int:
        return int(self.loaded.origin["version"])


@dataclass(frozen=True, slots=True)
class _Failed:
    version: int
    times: int
    again: float  # on the clock, when it is tried again


class LiveVersions:
    """The loaded versions of all models by alias. One thread calls `refresh`; any thread may read."""

    def __init__(
        self,
        log: RunLog,
        models: Sequence[str] = (),
        with_challenger: Sequence[str] = (),
        refused_licences: Sequence[str] = (),
        prove: Prove = lambda _: None,
    ) -> None:
        self._log, self._models, self._with_challenger = log, tuple(models), frozenset(with_challenger)
        self._refused_licences, self._prove = refused_licences, prove
        self._live = dict[Key, Live]()
        self._problems = dict[Key, str]()
        self._failed = dict[Key, _Failed]()
        self._lock = Lock()

    def names(self) -> list[str]:
        """Return the models that may be asked for: those of the settings, else all that have a YAML file."""
        return sorted(self._models) or model_names(settings().models)

    def all(self) -> list[Live]:
        """Return what answers now, by model, Production first."""
        return [self._live[key] for key in sorted(self._live, key=lambda key: (key[0], key[1] != PRODUCTION))]

    def problems(self) -> list[str]:
        """Return a sentence for each version that should answer and does not."""
        return [self._problems[key] for key in sorted(self._problems)]

    def find(self, model: str, alias: str = PRODUCTION) -> Live | None:
        return self._live.get((model, alias))

    def current(self, model: str, alias: str = PRODUCTION) -> Live:
        """Return what answers for an alias now.

        Raises:
            UnknownModelError: no such model is served.
            UsageError: there is no such alias.
            RegistryError: nothing answers for it; the message says why.
        """
        found = self.find(model, checked_alias(alias))
        if found is not None:
            return found
        if model not in (names := self.names()):
            raise UnknownModelError(model, known=names)
        problem = self._problems.get((model, alias))
        if problem is not None:
            raise UnavailableError(problem)
        act = f"run `python -m flows promote {model}` first"
        if alias == CHALLENGER and model not in self._with_challenger:
            act = "give the model a share under `canary` in the settings of the service"
        raise RegistryError(f"No version of {model} answers as {alias}", expected="one", act=act)

    def refresh(self) -> list[Live]:
        """Look at every alias once, load what moved, and return the versions that answer from now on.

        If a version does not load, the earlier one stays; if the registry does not answer, all stay.
        """
        fresh: list[Live] = []
        for model in self.names():
            fresh += self._refresh_model(model)
        return fresh

    def _refresh_model(self, model: str) -> list[Live]:
        wanted = (PRODUCTION, CHALLENGER) if model in self._with_challenger else (PRODUCTION,)
        try:
            found = aliases(model)
        except AtelierError as error:
            self._note({(model, PRODUCTION): f"{model}: {error}"})
            return []
        fresh = [self._follow(model, alias, found.get(alias)) for alias in wanted]
        return [live for live in fresh if live is not None]

    def _follow(self, model: str, alias: str, number: int | None) -> Live | None:
        key = (model, alias)
        live, failed = self._live.get(key), self._failed.get(key)
        if number is None or (live and live.version == number):
            self._set(key, None if number is None else live)
            return None
        if failed and failed.version == number and time.monotonic() < failed.again:
            return None
        try:
            fresh = self._load(model, alias, number)
        except Exception as error:  # whatever a library raises on a damaged file: the earlier version goes on
            self._keep_earlier(key, number, error)
            return None
        self._set(key, fresh)
        return fresh

    def _load(self, model: str, alias: str, number: int) -> Live:
        config: ModelConfig = read_config(settings().models, model)
        loaded = load_version(config, str(number), self._log)
        if said := refused_licence(loaded, self._refused_licences):
            raise RegistryError(
                f"The licence of the base of version {number} is not accepted ({said})",
                act="change the base model, or `refused_licences` in the settings of the service",
            )
        self._prove(loaded)
        return Live(loaded, alias, facts_of(loaded))

    def _set(self, key: Key, live: Live | None) -> None:
        with self._lock:
            self._problems.pop(key, None)
            self._failed.pop(key, None)
            if live is None:
                self._live.pop(key, None)
            else:
                self._live[key] = live

    def _keep_earlier(self, key: Key, number: int, error: Exception) -> None:
        times = (self._failed[key].times if key in self._failed and self._failed[key].version == number else 0) + 1
        pause = min(2.0 ** (times - 1), LONGEST_PAUSE)
        self._failed[key] = _Failed(number, times, time.monotonic() + pause)
        live = self._live.get(key)
        rest = f"version {live.version} still answers" if live else "nothing answers for it"
        said = str(error) if isinstance(error, AtelierError) else f"{type(error).__name__}: {error}"
        said = "there is not enough memory" if is_out_of_memory(error) else " ".join(said.split()).rstrip(".")
        self._note({key: f"Version {number} of {key[0]} is not loaded ({said}); {rest}."})

    def _note(self, problems: Mapping[Key, str]) -> None:
        with self._lock:
            self._problems |= problems

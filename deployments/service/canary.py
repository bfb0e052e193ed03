"""Deployments: gives a share of the requests to Challenger, and takes it back when Challenger is worse."""

import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from pydantic import BaseModel

from components.core.errors import AtelierError
from components.core.predictor import ChecksOutputs
from components.evaluation.canary import CanaryTest, Trial
from deployments.service.question import Outcome
from registry.aliases import CHALLENGER, PRODUCTION
from registry.canary import stopped, write_stop
from registry.live import LiveVersions
from registry.service_settings import CanarySettings

BY = "service"
STEPS = 10_000  # the share is compared with a number of so many steps

Run = Callable[..., object]


@dataclass(slots=True)
class _Watch:
    """A pair of versions that is compared. `production` is the newest trial that has no pair yet."""

    versions: tuple[int, int]
    test: CanaryTest
    production: Trial | None = None
    sentence: str = ""


class Canary:
    """Chooses who answers, and compares. One share a model, one test for each pair of versions."""

    def __init__(self, shares: Mapping[str, CanarySettings], versions: LiveVersions, writing: Executor) -> None:
        self._shares, self._versions, self._writing = shares, versions, writing
        self._watches = dict[str, _Watch]()
        self._lock = Lock()

    def choose(self, model: str, request: BaseModel) -> str:
        """Return the alias that answers: the same one for the same request, while the versions stay."""
        share = self._shares.get(model)
        watch = self._watch(model) if share else None
        if share is None or watch is None or watch.sentence:
            return PRODUCTION
        drawn = int.from_bytes(sha256(request.model_dump_json().encode()).digest()[:4]) % STEPS
        return CHALLENGER if drawn < share.share * STEPS else PRODUCTION

    def note(self, outcome: Outcome) -> None:
        """Compare what became of a request. Requests that name an alias, cached ones and refused ones do not count."""
        model = outcome.live.loaded.config.model
        watch = self._watch(model) if model in self._shares else None
        counts = outcome.word in ("answered", "failed") and not outcome.cached and not outcome.question.alias
        if watch is None or watch.sentence or not counts or outcome.live.version not in watch.versions:
            return
        trial = trial_of(outcome)
        with self._lock:
            if outcome.live.alias == PRODUCTION:
                watch.production = trial
            elif watch.production is not None:
                watch.test = watch.test.with_pair(trial, watch.production)
                watch.production, watch.sentence = None, watch.test.sentence()
        if watch.sentence:
            self._writing.submit(_write, model, watch.versions[1], watch.sentence)

    def states(self) -> dict[str, str]:
        """Return for each model with a share what became of it, as a sentence."""
        return {model: self._state(model) for model in sorted(self._shares)}

    def _state(self, model: str) -> str:
        watch = self._watch(model)
        if watch is None:
            return "Nothing answers as Challenger."
        if watch.sentence:
            return f"Version {watch.versions[1]} answers nothing any more. {watch.sentence}"
        return f"Version {watch.versions[1]} answers {100 * self._shares[model].share:g} % of the requests."

    def _watch(self, model: str) -> _Watch | None:
        """Return the comparison of the versions that answer now; None if one of the two is missing."""
        production, challenger = self._versions.find(model), self._versions.find(model, CHALLENGER)
        if production is None or challenger is None or production.version == challenger.version:
            return None
        versions = (production.version, challenger.version)
        with self._lock:
            watch = self._watches.get(model)
            if watch is None or watch.versions != versions:
                share = self._shares[model]
                watch = _Watch(versions, CanaryTest(share.level, share.slower), None, _stopped(model, versions[1]))
                self._watches[model] = watch
            return watch


def trial_of(outcome: Outcome) -> Trial:
    """Return what a request brought, with the checks that its model has for the attributes in the request."""
    predictor, response = outcome.live.loaded.predictor, outcome.response
    attributes = getattr(outcome.request, "attributes", {})
    unsound = False
    if response is not None and isinstance(predictor, ChecksOutputs) and isinstance(attributes, Mapping):
        found = predictor.check(outcome.request, response, attributes)
        unsound = any(not check.passed for checks in found for check in checks)
    return Trial(outcome.word == "failed", unsound, outcome.seconds)


def _stopped(model: str, version: int) -> str:
    try:
        return stopped(model, version)
    except AtelierError as error:  # who cannot read the ledger could not write to it either
        return f"The ledger cannot be read: {error}"


def _write(model: str, version: int, sentence: str) -> None:
    sys.stderr.write(f"{model}: the share of version {version} was taken back. {sentence}\n")
    try:
        write_stop(model, version, sentence, BY)
    except AtelierError as error:
        sys.stderr.write(f"{model}: that is not in the ledger. {error}\n")

"""Deployments: answers requests with the versions in production, whichever kind of model they are of."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from deployments.service.cache import Kept, ResponseCache, request_key, version_digest
from deployments.service.meters import Meters
from deployments.service.problems import ProblemError, invalid
from deployments.service.question import Answer, Gone, Outcome, Question
from deployments.service.queue import DeviceQueue, Ticket
from deployments.service.screen import outputs_of, require_no_refused_word, require_size
from registry.aliases import PRODUCTION
from registry.live import Live, LiveVersions
from registry.service_settings import ServiceSettings
from registry.service_usage import Usage

GONE_SECONDS = 0.5  # between two looks whether the client still waits
GONE = 499  # what web servers log for a client that went away


@dataclass(slots=True)
class Service:
    """What a request needs on its way. `choose` returns the alias that answers a request without one."""

    settings: ServiceSettings
    versions: LiveVersions
    queue: DeviceQueue
    cache: ResponseCache
    meters: Meters
    choose: Callable[[str, BaseModel], str] = lambda model, request: PRODUCTION
    states: Callable[[], dict[str, str]] = dict  # of the canaries, a sentence a model
    listeners: list[Callable[[Outcome], None]] = field(default_factory=list)
    _shared: dict[str, Ticket] = field(default_factory=dict)

    async def ask(self, question: Question) -> Answer:
        """Return the answer to a question: the same one each time, alone or in a batch, at any load.

        Raises:
            ProblemError: the request is refused: it is too large, has a refused word, the queue is full.
            AtelierError: there is no such model, nothing is in production, or the model refuses the request.
        """
        live, request = self.check(question)
        outputs = outputs_of(request)
        month = await question.account.reserve(outputs)
        began = time.monotonic()
        kept, cached, word = None, False, "failed"
        try:
            kept, cached = await self._respond(live, request, question)
            word = "answered"
        except asyncio.CancelledError:
            word = "gone"
            raise
        except ProblemError as error:
            word = "gone" if error.status == GONE else "refused" if error.status < 500 else word
            raise
        finally:
            seconds = time.monotonic() - began
            response = kept.response if kept else None
            self._tell(Outcome(word, question, live, request, seconds, response, cached))
            used = Usage(question.caller, month, question.model, 1, outputs, seconds)
            await question.account.settle(used, made=kept is not None)
        return Answer(kept.response, kept.body, live, request, cached, seconds)

    def check(self, question: Question) -> tuple[Live, BaseModel]:
        """Return what answers a question, and the request; raises as `ask` does where the request is refused."""
        live, request = self.read(question)
        require_size(request, self.settings.limits, question.job)
        require_no_refused_word(request, self.settings.refused_words)
        return live, request

    def _tell(self, outcome: Outcome) -> None:
        self.meters.count(outcome)
        for listener in self.listeners:
            listener(outcome)

    def read(self, question: Question) -> tuple[Live, BaseModel]:
        """Return the version that answers a question, and the question as a request of its model."""
        live = self.versions.current(question.model, question.alias or PRODUCTION)
        request = _parse(live.loaded.predictor.request, question.content)
        alias = question.alias or self.choose(question.model, request)
        chosen = live if alias == live.alias else self.versions.find(question.model, alias)
        if chosen is None or chosen is live:
            return live, request
        return chosen, _parse(chosen.loaded.predictor.request, question.content)

    async def _respond(self, live: Live, request: BaseModel, question: Question) -> tuple[Kept, bool]:
        key = request_key(version_digest(live.loaded), request)
        if (kept := self.cache.get(key)) is not None:
            return kept, True
        ticket = self._shared.get(key)
        if ticket is None or ticket.future.cancelled():
            ticket = Ticket(live.loaded, request, outputs_of(request), question.job)
            self.queue.submit(ticket)
            self._shared[key] = ticket
        ticket.waiting += 1
        question.placed(ticket)
        try:
            response = await _result(ticket, question.gone)
        finally:
            ticket.waiting -= 1
            if not ticket.waiting:
                ticket.future.cancel()  # if nobody waits for it any more; without effect on one that is done
                self._shared.pop(key, None)
        kept = Kept(response, response.model_dump_json().encode())
        self.cache.put(key, kept)
        return kept, False


async def _result(ticket: Ticket, gone: Gone) -> BaseModel:
    """Wait for a response, as long as the client does."""
    response = asyncio.wrap_future(ticket.future)
    while True:
        done, _ = await asyncio.wait({response}, timeout=GONE_SECONDS)
        if done:
            return response.result()
        if await gone():
            raise ProblemError(GONE, "The client went away.")


def _parse(kind: type[BaseModel], content: bytes | Mapping[str, Any]) -> BaseModel:
    try:
        return kind.model_validate_json(content) if isinstance(content, bytes) else kind.model_validate(content)
    except ValidationError as error:
        raise invalid(error) from None

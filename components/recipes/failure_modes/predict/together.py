"""Failure modes: computes what waits at the same time together: parallel callers share one pass over the model."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Event, Lock

from components.recipes.failure_modes.predict.classifier import Answer

Compute = Callable[[Sequence[str], int], list[Answer]]
MOST = 64  # texts of a pass: more of them take no less time each


@dataclass(slots=True, eq=False)
class _Call:
    texts: Sequence[str]
    words: int
    found: Future[list[Answer]] = field(default_factory=Future)
    woken: Event = field(default_factory=Event)  # it is answered, or it is its turn to compute


class Together:
    """Answers the calls of parallel threads. One thread computes at a time, for all that wait by then.

    A pass takes nearly as long for one short text as for ten, and threads that compute beside each other hold each
    other up, as Python runs one of them at a time. A call of many texts is computed by its own thread.
    """

    def __init__(self, compute: Compute) -> None:
        self._compute = compute
        self._lock, self._waiting, self._busy = Lock(), list[_Call](), False

    def answers(self, texts: Sequence[str], words: int) -> list[Answer]:
        """Return the answer to each text; equal to those of a call alone."""
        if len(texts) > MOST:
            return self._compute(texts, words)
        own = _Call(texts, words)
        with self._lock:
            self._waiting.append(own)
            first, self._busy = not self._busy, True
        if not first:
            own.woken.wait()
        if not own.found.done():
            self._lead()
        return own.found.result()

    def _lead(self) -> None:
        """Compute for the calls that wait, and pass the lead to the first that came meanwhile."""
        with self._lock:
            batch = self._taken()
        try:
            self._fill(batch)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            for call in batch:
                call.found.cancel()  # only where the thread was ended before it was answered
                call.woken.set()
            if following:
                following.woken.set()

    def _taken(self) -> list[_Call]:
        """Take the first call, and those after it that ask for as many words, as long as they fit."""
        batch, left = list[_Call](), list[_Call]()
        for call in self._waiting:
            size = sum(len(other.texts) for other in batch) + len(call.texts)
            fits = not batch or (call.words == batch[0].words and size <= MOST)
            (batch if fits else left).append(call)
        self._waiting = left
        return batch

    def _fill(self, batch: Sequence[_Call]) -> None:
        """Answer the calls. If that fails, each is computed alone, so that one cannot spoil the others."""
        try:
            found = iter(self._compute([text for call in batch for text in call.texts], batch[0].words))
            for call in batch:
                call.found.set_result([next(found) for _ in call.texts])
        except Exception as error:
            if len(batch) == 1:
                batch[0].found.set_exception(error)
                return
            for call in batch:
                self._fill([call])

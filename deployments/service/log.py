"""Deployments: writes the log of requests in the background, and deletes what is older than the settings allow."""

import sys
import time
from collections.abc import Callable
from queue import Empty, Full, Queue
from threading import Event, Thread

from components.core.errors import AtelierError
from deployments.service.question import Outcome
from deployments.service.screen import outputs_of
from registry.request_log import LoggedRequest, forget_requests, write_requests
from registry.service_settings import LogSettings

WRITE_SECONDS = 1.0  # between two writes
FORGET_SECONDS = 3600.0  # between two deletions
DAY = 86400.0
MOST = 10_000  # requests that wait to be written; more are dropped, as answering comes first


class RequestWriter:
    """Keeps a row a request. A database that does not answer delays rows, and no request."""

    def __init__(self, settings: LogSettings, now: Callable[[], float] = time.time) -> None:
        self._settings, self._now = settings, now
        self._rows = Queue[LoggedRequest](MOST)
        self._ended = Event()
        self._forgot = float("-inf")
        self._thread = Thread(target=self._run, name="request log", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Write what is left, and return."""
        self._ended.set()
        self._thread.join()

    def add(self, outcome: Outcome) -> None:
        """Note what became of a question, with the question itself only if the settings say so."""
        row = LoggedRequest(
            time=self._now(),
            model=outcome.live.loaded.config.model,
            version=outcome.live.version,
            alias=outcome.live.alias,
            caller=outcome.question.caller,
            outcome=outcome.word,
            outputs=outputs_of(outcome.request) if outcome.response is not None else 0,
            seconds=round(outcome.seconds, 4),
            cached=int(outcome.cached),
            asked=outcome.request.model_dump_json() if self._settings.prompts else "",
        )
        try:
            self._rows.put_nowait(row)
        except Full:
            sys.stderr.write("A request is not in the log: the database does not answer.\n")

    def _run(self) -> None:
        left: list[LoggedRequest] = []
        while not self._ended.wait(WRITE_SECONDS):
            left = self._write([*left, *self._taken()])
        self._write([*left, *self._taken()])

    def _taken(self) -> list[LoggedRequest]:
        taken: list[LoggedRequest] = []
        while True:
            try:
                taken.append(self._rows.get_nowait())
            except Empty:
                return taken

    def _write(self, rows: list[LoggedRequest]) -> list[LoggedRequest]:
        """Write rows, and return those that must be written again later."""
        now = self._now()
        try:
            write_requests(rows)
            if now - self._forgot >= FORGET_SECONDS:
                forget_requests(now - self._settings.keep_days * DAY)
                self._forgot = now
        except AtelierError as error:
            sys.stderr.write(f"{error}\n")
            return rows[-MOST:]
        return []

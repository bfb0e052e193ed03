"""Deployments: the responses that identical requests get again, in memory, the least used ones dropped first."""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from pydantic import BaseModel

from components.core.files import digest_of
from registry.loaded import Loaded


@dataclass(frozen=True, slots=True)
class Kept:
    """A response, and the same as JSON."""

    response: BaseModel
    body: bytes


class ResponseCache:
    """Keeps responses up to a number of bytes of their JSON. It is thread-safe."""

    def __init__(self, most: float) -> None:
        self._most, self._bytes = most, 0
        self._kept = OrderedDict[str, Kept]()
        self._lock = Lock()

    @property
    def bytes(self) -> int:
        return self._bytes

    def get(self, key: str) -> Kept | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: str, kept: Kept) -> None:
        with self._lock:
            self._forget(key)
            if len(kept.body) > self._most:
                return
            self._kept[key] = kept
            self._bytes += len(kept.body)
            while self._bytes > self._most:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: str) -> None:
        old = self._kept.pop(key, None)
        self._bytes -= len(old.body) if old else 0


def version_digest(loaded: Loaded) -> str:
    """Return a digest of all that a response depends on besides its request: weights, base, settings of the version."""
    return digest_of([dict(loaded.origin), loaded.config.model_dump(mode="json")])


def request_key(version: str, request: BaseModel) -> str:
    """Return the name of a response: the digest of its version, and its request with defaults filled in."""
    return sha256(f"{version} {type(request).__name__} {request.model_dump_json()}".encode()).hexdigest()

"""Benchmarks: sixteen clients that ask a server for one picture after the other, and what that took."""

import base64
import http.client
import io
import json
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import local
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray
from PIL import Image

CLIENTS = 16
COLOURS = ("red", "blue", "black", "green", "white", "brown", "pink", "grey")
WHO = ("women", "men", "girls", "boys")
_OWN = local()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and its picture as pixels uint8 (H, W, 3)."""

    prompt: str
    seed: int
    pixels: NDArray[np.uint8]
    version: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Load:
    """What a round of requests took: seconds of the clock and of the server's processor, and each request's."""

    answers: list[Asked]
    wall: float
    cpu: float
    failed: int = 0

    @property
    def per_second(self) -> float:
        return len(self.answers) / self.wall

    def percentile(self, share: float) -> float:
        return float(np.percentile([answer.seconds for answer in self.answers], share))


def wishes(count: int, seed: int) -> list[tuple[str, int]]:
    """Return prompts and seeds, none of them twice."""
    numbers = random.Random(seed)
    seeds = numbers.sample(range(1_000_000), count)
    return [(f"{numbers.choice(COLOURS)} casual shoes for {numbers.choice(WHO)}", each) for each in seeds]


def ask_all(port: int, wanted: Sequence[tuple[str, int]], server: psutil.Process, clients: int = CLIENTS) -> Load:
    """Ask for every picture, from so many clients at once."""
    before, began = cpu_seconds(server), time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        found = list(pool.map(lambda wish: ask(port, *wish), wanted))
    wall, cpu = time.perf_counter() - began, cpu_seconds(server) - before
    answers = [each for each in found if each is not None]
    if not answers:
        raise RuntimeError(f"The server at port {port} answered none of {len(found)} requests: read its log.")
    return Load(answers, wall, cpu, len(found) - len(answers))


def ask(port: int, prompt: str, seed: int) -> Asked | None:
    """Ask for a picture over the thread's own connection; None if that failed."""
    began = time.perf_counter()
    try:
        status, content = _post(port, {"prompt": prompt, "seed": seed})
        if status != 200:
            return None
        png = base64.b64decode(content["images"][0]["png"])
    except (OSError, http.client.HTTPException, ValueError):
        _OWN.connection = None
        return None
    with Image.open(io.BytesIO(png)) as image:
        pixels = np.asarray(image.convert("RGB"))
    return Asked(prompt, seed, pixels, str(content.get("version", "")), time.perf_counter() - began)


def cpu_seconds(server: psutil.Process) -> float:
    times = server.cpu_times()
    return float(times.user + times.system)


def _post(port: int, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    kept = getattr(_OWN, "connection", None)
    connection = kept if kept is not None and kept.port == port else http.client.HTTPConnection("127.0.0.1", port)
    _OWN.connection = connection
    connection.request("POST", "/generate/image", json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())

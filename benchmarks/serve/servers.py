"""Benchmarks: the service and its opponent as processes of their own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from registry.settings import REPOSITORY

START_SECONDS = 180.0


@contextmanager
def started(
    command: Sequence[str], port: int, path: str, more: Mapping[str, str], log: Path
) -> Iterator[psutil.Process]:
    """Start a server, wait until it answers at a path, and end it after the block."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **more}
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=REPOSITORY,
            env=environment,
            stdout=file,
            stderr=file,
            stdin=subprocess.DEVNULL,
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}{path}", log)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if _answers(url):
            return
        time.sleep(0.2)
    raise RuntimeError(f"The server did not start: {log.read_text(errors='replace')[-2000:]}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False

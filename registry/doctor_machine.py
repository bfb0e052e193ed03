"""Registry: what `doctor` says of the machine: versions of packages, device, memory, disk."""

import os
import re
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from registry.health import Line, problem
from registry.settings import REPOSITORY, settings

PINS = ("requirements.txt", "constraints.txt")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;#]+)", re.MULTILINE)
LEAST_FREE = 1_000_000_000  # bytes: a training of the starter needs some 50 MB, one of Stable Diffusion 1.5 some 300 MB
LEAST_MEMORY = 1_000_000_000  # bytes: the starter's evaluation needs some 800 MB
SHOWN = 5  # packages in one line


def versions(folder: Path = REPOSITORY) -> Iterator[Line]:
    """Compare installed packages with the pins. What is only in constraints.txt need not be installed."""
    pinned = {file: _pins(folder / file) for file in PINS}
    wanted = {**pinned["constraints.txt"], **pinned["requirements.txt"]}
    found = {name: _installed(name) for name in wanted}
    wrong = [
        f"{name} {found[name] or 'is missing'} (pinned {pin})"
        for name, pin in sorted(wanted.items())
        if (found[name] or name in pinned["requirements.txt"]) and found[name] != pin
    ]
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        act = "`make install` after `touch requirements.txt`, or `pip install -r requirements.txt`"
        yield problem("versions", f"Packages are not as pinned: {', '.join(wrong[:SHOWN])}{more}", act)
    else:
        yield Line("versions", f"{sum(map(bool, found.values()))} packages are as pinned")


def device() -> Iterator[Line]:
    from components.training.device import choose_device  # torch takes seconds to import

    chosen = choose_device().type
    if chosen == "cpu" and shutil.which("nvidia-smi"):
        act = "check the driver (`nvidia-smi`), and that torch is its CUDA build (`pip install -r requirements.txt`)"
        yield problem("device", "This machine has nvidia-smi, and torch sees no GPU", act)
    else:
        yield Line("device", f"Models run on {chosen}, beside {os.cpu_count()} CPU cores")


def memory(least: int = LEAST_MEMORY) -> Iterator[Line]:
    free = psutil.virtual_memory().available
    if free < least:
        yield problem("memory", f"{_gb(free)} of memory are free", f"end other programs, {_gb(least)} are needed")
    else:
        yield Line("memory", f"{_gb(free)} of memory are free")


def disk(least: int = LEAST_FREE) -> Iterator[Line]:
    home = settings().home
    free = shutil.disk_usage(home).free
    if free < least:
        found = f"The disk of {home} has {free / 1e6:,.0f} MB free"
        yield problem("disk", found, "free some space (`atelier clean MODEL --keep 20`), or move the home")
    else:
        yield Line("disk", f"{_gb(free)} are free on the disk of {home}")
    if not os.access(home, os.W_OK):
        yield problem("disk", f"{home} is not writable for this user", "change its owner, or set ATELIER_HOME")


def _pins(file: Path) -> dict[str, str]:
    return dict(PIN.findall(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _installed(name: str) -> str:
    """Return the version without its local part, such as +cpu; empty if the package is missing."""
    try:
        return version(name).partition("+")[0]
    except PackageNotFoundError:
        return ""


def _gb(size: int) -> str:
    return f"{size / 1e9:,.1f} GB"

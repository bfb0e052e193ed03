"""Tests: drives the page in headless Chromium through its debugging port: clicks, keys, photographs, axe-core."""

import asyncio
import base64
import itertools
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from websockets.asyncio.client import connect

ROOT = Path(__file__).resolve().parents[3]
WIDE, NARROW = (1280, 900), (390, 844)
OTHERS = {"narrow": (NARROW, "light"), "narrow-dark": (NARROW, "dark"), "wide-dark": (WIDE, "dark")}
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-allow-origins=*"),
)
PATIENCE = 60.0  # seconds
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def answers(address: str) -> Any:
    """Return what an address answers, as soon as it does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), urlopen(address, timeout=5) as response:
            return response.read()
        time.sleep(0.2)
    raise TimeoutError(address)


class Browser:
    """One tab of Chromium."""

    def __init__(self, socket: Any, photographs: Path | None, axe: Path | None) -> None:
        self.socket, self.photographs, self.axe, self.number = socket, photographs, axe, 0
        self.errors: list[str] = []

    async def call(self, method: str, **parameters: Any) -> Any:
        self.number += 1
        await self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(await self.socket.recv())
            self._note(message)
            if message.get("id") == self.number:
                return message["result"]

    def _note(self, message: Any) -> None:
        """Keep an error of the page's scripts."""
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(message["params"]["exceptionDetails"].get("exception", {}).get("description", "?"))

    async def run(self, script: str) -> Any:
        """Return the value of a script of the page."""
        found = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"]["exception"].get("description"))
        return found["result"].get("value")

    async def until(self, script: str) -> Any:
        """Wait until a script gives something that is true."""
        end = time.monotonic() + PATIENCE
        while not (found := await self.run(f"Boolean({script})")):
            if time.monotonic() > end:
                raise TimeoutError(
                    f"{script} stays {found!r}; the page says {await self.run('document.body.innerText')}"
                )
            await asyncio.sleep(0.1)
        return found

    async def open(self, address: str, size: tuple[int, int], scheme: str = "light") -> None:
        await self.call("Page.enable")
        await self.call("Runtime.enable")
        width, height = size
        fields = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        await self.call("Emulation.setDeviceMetricsOverride", **fields)
        await self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        await self.call("Page.navigate", url="about:blank")
        await self.call("Page.navigate", url=address)
        await self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    async def press(self, key: str, code: int = 0) -> None:
        text = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        fields = {"key": key, "windowsVirtualKeyCode": code or ord(key[0].upper())}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **fields, **text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **fields)

    async def look(self, name: str) -> list[str]:
        """Photograph the whole page; return what is wrong: overflow, and what axe-core finds."""
        if self.photographs:
            shot = await self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
            (self.photographs / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))
        wide = await self.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = [f"{name}: {wide} pixels wider than the window"] if wide > 0 else []
        if self.axe:
            await self.run(self.axe.read_text())
            violations = await self.run(
                f"axe.run({RULES}).then((found) => found.violations.map((one) => one.id + ': ' "
                "+ one.nodes.map((node) => node.html.slice(0, 120) + node.any.map((a) => a.message)).join(' | ')))"
            )
            found += [f"{name}: {violation}" for violation in violations]
        return found


@asynccontextmanager
async def browser(photographs: Path | None = None, axe: Path | None = None) -> AsyncIterator[Browser]:
    """Yield a tab of a new headless Chromium."""
    port, folder = free_port(), tempfile.mkdtemp()
    chromium = shutil.which("chromium") or "chromium"
    options = [f"--remote-debugging-port={port}", f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen([chromium, *FLAGS, *options], stderr=subprocess.DEVNULL)
    try:
        tabs = json.loads(answers(f"http://127.0.0.1:{port}/json/list"))
        address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
        async with connect(address, max_size=None) as socket:
            yield Browser(socket, photographs, axe)
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


async def visit(tab: Browser, address: str) -> list[str]:
    """Use each part of the page as a person does; return what is wrong."""
    await tab.open(address, WIDE)
    await tab.until("document.querySelectorAll('#fields select').length > 1")
    found = await tab.look("generate-empty-wide")
    await tab.run("document.querySelector('[name=baseColour]').value = 'Red'")
    await tab.run("document.getElementById('count').value = 6")
    await tab.run("document.getElementById('go').focus()")
    await tab.press("Enter", 13)
    await tab.until("document.querySelectorAll('#results .card img').length === 6")
    await tab.until("[...document.querySelectorAll('#results img')].every((image) => image.naturalWidth > 0)")
    found += await tab.look("generate-wide")
    found += await _change(tab) + await _compare(tab) + await _review(tab, address) + await _other_sizes(tab, address)
    return [*found, *(f"error in the page: {error}" for error in tab.errors)]


async def _change(tab: Browser) -> list[str]:
    await tab.run(
        "(() => { const [column, value] = document.querySelectorAll('#results .card .actions select');"
        "column.value = 'baseColour'; column.dispatchEvent(new Event('change')); value.value = 'Blue';"
        "document.querySelector('#results .card .actions button').click(); })()"
    )
    await tab.until("document.querySelector('.changed .card h3')")
    name = await tab.run("document.querySelector('.changed .card h3').innerText")
    old = await tab.run("document.querySelector('#results .card h3').innerText")
    wrong = [] if name == old.replace("Red", "Blue") else [f"changing the colour of {old} gave {name}"]
    return wrong + await tab.look("changed-wide")


async def _compare(tab: Browser) -> list[str]:
    if await tab.run("document.getElementById('compare').disabled"):
        return []
    await tab.run("document.getElementById('compare').checked = true; document.getElementById('go').click()")
    await tab.until("document.querySelectorAll('#results .pair .card').length === 12")
    return await tab.look("compare-wide")


async def _review(tab: Browser, address: str) -> list[str]:
    await tab.open(f"{address}#review", WIDE)
    await tab.until("document.querySelector('#review-card .card')")
    first = await tab.run("document.querySelector('#review-card .card').dataset.id")
    await tab.press("a")
    await tab.until("document.getElementById('review-problem').textContent.includes('nobody')")
    found = await tab.look("review-without-name-wide")
    await tab.run(
        "(() => { const name = document.getElementById('reviewer'); name.value = 'Ada';"
        "name.dispatchEvent(new Event('change')); document.getElementById('main').focus(); })()"
    )
    await tab.press("a")
    await tab.until(f"document.querySelector('#review-card .card')?.dataset.id !== '{first}'")
    await tab.press("r")
    await tab.run("document.getElementById('reason').value = 'The sole is missing.'")
    second = await tab.run("document.querySelector('#review-card .card').dataset.id")
    await tab.run("document.querySelector('#review-card .danger').click()")
    await tab.until(f"document.querySelector('#review-card .card')?.dataset.id !== '{second}'")
    found += await tab.look("review-wide")
    await tab.open(f"{address}#gallery", WIDE)
    await tab.until("document.querySelectorAll('#gallery-list .card').length > 2")
    said = await tab.run("document.getElementById('gallery-status').innerText")
    found += [] if "1 approved, 1 rejected" in said else [f"the gallery says {said}"]
    return found + await tab.look("gallery-wide")


async def _other_sizes(tab: Browser, address: str) -> list[str]:
    found: list[str] = []
    there = {"generate": "#fields select", "gallery": "#gallery-list .card", "review": "#review-card .card"}
    for (name, (size, scheme)), part in itertools.product(OTHERS.items(), there):
        await tab.open(f"{address}#{part}", size, scheme)
        await tab.until(f"document.querySelector('{there[part]}')")
        if part == "generate":
            await tab.run("document.getElementById('count').value = 2; document.getElementById('go').click()")
            await tab.until("document.querySelectorAll('#results .card').length === 2")
        found += await tab.look(f"{part}-{name}")
    return found


async def main(address: str, photographs: Path | None, axe: Path | None) -> list[str]:
    async with browser(photographs, axe) as tab:
        return await visit(tab, address)


@asynccontextmanager
async def toy_server() -> AsyncIterator[str]:
    """Yield the address of the page with toy models."""
    folder, port = Path(tempfile.mkdtemp()), free_port()
    module = [sys.executable, "-m", "tests.deployments.service.product_site", str(folder), str(port)]
    process = subprocess.Popen(module, cwd=ROOT)
    try:
        answers(f"http://127.0.0.1:{port}/product-lines")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


async def visit_toys(photographs: Path | None, axe: Path | None) -> list[str]:
    async with toy_server() as address:
        return await main(address, photographs, axe)


if __name__ == "__main__":  # a folder for photographs, axe.min.js of the npm package axe-core, and an address
    shots, *more = map(Path, sys.argv[1:])
    shots.mkdir(parents=True, exist_ok=True)
    script = more[0] if more else None
    wrong = asyncio.run(main(str(sys.argv[3]), shots, script) if len(sys.argv) > 3 else visit_toys(shots, script))
    sys.stdout.write("\n".join(wrong) + f"\n{len(wrong)} faults\n")

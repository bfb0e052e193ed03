"""Flows: the addresses that alerts go to, as Prefect's blocks: a webhook, and mail."""

import os
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from prefect.blocks.core import Block
from prefect.blocks.notifications import SlackWebhook
from prefect.blocks.webhook import Webhook
from prefect.types import SecretDict
from pydantic import SecretStr

from components.core.errors import UsageError

HEADERS = {"Content-Type": "application/json"}


def _webhook(address: str) -> Block:
    return Webhook(method="POST", url=SecretStr(address), headers=SecretDict(HEADERS))


def _mail(address: str) -> Block:
    """Prefect has no block for mail of its own; this one gives any address but Slack's to Apprise, which sends mail."""
    return SlackWebhook(url=SecretStr(address))


# A row a channel: the variable, the schemes of its addresses, the block's name, how the block is made.
CHANNELS: Mapping[str, tuple[tuple[str, ...], str, Callable[[str], Block]]] = {
    "ATELIER_ALERT_WEBHOOK": (("http", "https"), "atelier-alerts", _webhook),
    "ATELIER_ALERT_MAIL": (("mailto", "mailtos"), "atelier-mail", _mail),
}


def save_blocks() -> Iterator[str]:
    """Save a block for each variable that is set; yield the variables. Addresses go nowhere else: they have passwords.

    Raises:
        UsageError: a variable has no address of its kind.
    """
    for variable, (schemes, name, make) in CHANNELS.items():
        address = os.environ.get(variable, "").strip()
        if address:
            _require_address(variable, address, schemes)
            make(address).save(name, overwrite=True)
            yield variable


def _require_address(variable: str, address: str, schemes: tuple[str, ...]) -> None:
    parts = urlsplit(address)
    if parts.scheme not in schemes or not parts.hostname:
        wanted = " or ".join(f"{scheme}://..." for scheme in schemes)
        raise UsageError(f"{variable} is no address", expected=wanted, act="correct it, or unset it")

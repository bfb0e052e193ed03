"""Tests: the server refuses to listen beyond this machine without a key, and says what is wrong with a port."""

import socket
from pathlib import Path

import pytest

from components.core.errors import AtelierError, ConfigError
from deployments.service.serve import serve
from registry.service_keys import make_key, revoke_key


def test_other_machines_are_let_in_with_keys_alone(home: Path) -> None:
    refused = r"--host 0\.0\.0\.0 lets other machines ask, and there is no key: make one with `python -m flows keys"
    with pytest.raises(AtelierError, match=refused):
        serve("0.0.0.0", 0)
    make_key("shop")
    revoke_key("shop")
    with pytest.raises(AtelierError, match=refused):
        serve("0.0.0.0", 0)


def test_a_port_that_is_taken_is_named(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AtelierError, match=f"Port {port} of 127.0.0.1 cannot be used"):
            serve("127.0.0.1", port)


def test_wrong_settings_are_named_before_anything_is_loaded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_SERVICE", str(home / "nothing.yaml"))
    with pytest.raises(ConfigError, match=r"nothing\.yaml is missing"):
        serve("127.0.0.1", 0)

"""Tests: the server refuses to listen beyond this machine without a key, and says what is wrong with a port."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from components.core.errors import AtelierError, ConfigError
from deployments.service.serve import serve
from registry.service_keys import make_key, revoke_key
from tests import ROOT


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


@pytest.mark.parametrize("module", ["deployments.service.serve", "flows.generate_products", "flows.augment"])
def test_starting_imports_no_torch_until_a_model_is_loaded(module: str) -> None:
    code = f"import sys, {module}; print([name for name in ('torch', 'transformers') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "[]"

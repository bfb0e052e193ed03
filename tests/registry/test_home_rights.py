"""Tests: a home that this user may not write to is an error in one sentence before anything else happens."""

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from registry.home_rights import require_writable_home
from tests import ROOT

NOBODY = 65534
AS_ANOTHER_USER = f"""
import os, sys
from components.core.errors import RegistryError
from registry.home_rights import require_writable_home
if os.getuid() == 0:
    os.setuid({NOBODY})
try:
    require_writable_home()
except RegistryError as error:
    print(error)
"""


@pytest.fixture
def home_of_another() -> Iterator[Path]:
    """A home in a folder that everybody may enter, with a database. pytest's own folders are closed to others."""
    with TemporaryDirectory() as temporary:
        Path(temporary).chmod(0o755)
        home = Path(temporary) / "home"
        home.mkdir()
        (home / "mlflow.db").write_text("")
        yield home
        home.chmod(0o755)


def refusal(home: Path) -> str:
    command = [sys.executable, "-c", AS_ANOTHER_USER]
    environment = {**os.environ, "ATELIER_HOME": str(home)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def sentence(path: Path) -> str:
    owner = pwd.getpwuid(os.getuid()).pw_name
    return (
        f"{path} cannot be written to: it belongs to {owner}, or its disk is read-only, expected a home of your own: "
        "set ATELIER_HOME to another folder, or correct the rights of this one."
    )


def test_a_folder_or_a_database_without_rights_is_named_with_its_owner(home_of_another: Path) -> None:
    home_of_another.chmod(0o555)
    assert refusal(home_of_another) == sentence(home_of_another)
    assert refusal(home_of_another / "deep" / "new") == sentence(home_of_another)
    home_of_another.chmod(0o777)
    (home_of_another / "mlflow.db").chmod(0o444)
    assert refusal(home_of_another) == sentence(home_of_another / "mlflow.db")
    (home_of_another / "mlflow.db").chmod(0o666)
    assert refusal(home_of_another) == ""


def test_a_home_that_does_not_exist_yet_may_be_made(bare_home: Path) -> None:
    require_writable_home()
    assert not bare_home.exists()

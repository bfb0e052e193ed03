"""Tests: the disk fills up in the middle of a move: no move is left half done, and the next command works."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from components.core.errors import AtelierError
from components.core.records import Decision, Verdict
from registry.aliases import aliases
from registry.ledger.jsonl_copy import check_file
from registry.ledger.store import history, in_production
from registry.ledger.verify import problem, verify
from registry.production import Promotion, move_production
from tests.registry.conftest import MODEL, promote

POINTS = ["decided", "is announced", "is in production", "is written", "is anchored"]


@pytest.fixture
def home(bare_home: Path, template_database: Path) -> Iterator[Path]:
    """A home on a disk of its own, small enough to be filled."""
    bare_home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(bare_home)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here: that takes root")
    shutil.copy(template_database, bare_home / "mlflow.db")
    yield bare_home
    subprocess.run(["umount", "--lazy", bare_home], check=True)


def fill(disk: Path) -> None:
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):  # a page, so that no space is left over
            pass


@pytest.mark.parametrize("point", POINTS)
def test_a_full_disk_is_one_sentence_and_leaves_no_half_move(
    home: Path, make_versions: Callable[[int], list[int]], point: str
) -> None:
    first, second = make_versions(2)
    promote(first)

    def log(message: str) -> None:
        if point in message:
            fill(home)

    def recheck(champion: int | None) -> Decision:
        if point == "decided":
            fill(home)
        return Decision(second, Verdict.PROMOTE, "better", "It is better.")

    with pytest.raises(AtelierError) as raised:
        move_production(MODEL, Promotion(second, "filling-run"), recheck, log=log)
    assert len(str(raised.value).splitlines()) == 1
    assert "full" in str(raised.value) or "space" in str(raised.value)
    assert aliases(MODEL)["Production"] in {first, second}
    assert not any(finding.alarm for finding in verify(MODEL))

    (home / "filler").unlink()
    promote(second, by="next-run")
    assert aliases(MODEL) == {"Production": second}
    assert in_production(history(MODEL)) == second
    assert (verify(MODEL), problem(MODEL), check_file(MODEL)) == ([], None, None)

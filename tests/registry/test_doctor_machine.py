"""Tests: the doctor compares packages with the pins, and looks at memory and disk."""

from importlib.metadata import version
from pathlib import Path

from registry.doctor_machine import disk, memory, versions
from registry.health import State

HUGE = 1 << 60


def pin(folder: Path, requirements: str, constraints: str = "") -> Path:
    (folder / "requirements.txt").write_text(requirements)
    (folder / "constraints.txt").write_text(constraints)
    return folder


def test_packages_as_pinned_are_counted(tmp_path: Path) -> None:
    folder = pin(tmp_path, f"# pins\npytest=={version('pytest')}   # runs tests\n", "no-such-package==1.0\n")
    (line,) = versions(folder)
    assert (line.state, line.found) == (State.OK, "1 packages are as pinned")


def test_another_version_and_a_missing_package_are_named_with_their_pins(tmp_path: Path) -> None:
    folder = pin(tmp_path, "pytest==0.1\nno-such-package==1.0\n", "filelock==0.2\n")
    (line,) = versions(folder)
    assert line.state is State.PROBLEM
    assert f"pytest {version('pytest')} (pinned 0.1)" in line.found
    assert "no-such-package is missing (pinned 1.0)" in line.found
    assert f"filelock {version('filelock')} (pinned 0.2)" in line.found
    assert "pip install -r requirements.txt" in line.act


def test_too_little_memory_and_disk_are_problems_with_what_to_do(home: Path) -> None:
    for look in (memory, disk):
        (line,) = look(HUGE)
        assert line.state is State.PROBLEM
        assert line.act
        (line,) = look(0)
        assert line.state is State.OK

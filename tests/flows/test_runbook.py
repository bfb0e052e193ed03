"""Tests: each command of docs/runbook.md does what it says, on a home that has the incident."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from components.recipes import read_config
from registry.settings import settings
from tests import ROOT
from tests.flows.command_line import run
from tests.flows.commands.tampering import edit_a_row

TEXT = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
LINE = re.compile(r"^(?P<command>.*?)(?:\s+# (?P<code>\d))?$")
MACHINE = "disk|memory|versions|device"  # of the machine that runs the tests; no fault of the book

pytestmark = pytest.mark.usefixtures("command_environment")


@dataclass(frozen=True)
class Step:
    command: str
    code: int


def incidents() -> dict[str, list[Step]]:
    """Return the commands of each incident, with the exit code that is expected."""
    found = {}
    for part in TEXT.split("\n## ")[1:]:
        lines = [line for block in re.findall(r"```sh\n(.*?)```", part, re.DOTALL) for line in block.splitlines()]
        matches = [match for line in lines if (match := LINE.match(line))]
        found[part.partition(".")[0]] = [Step(match["command"], int(match["code"] or 0)) for match in matches]
    return found


def nothing(model: str, folder: Path) -> None:
    """The incident is outside the home, such as a worker that is away."""


def promote_another(model: str, folder: Path) -> None:
    versions = [step for step in run("history", model).stdout.split() if step]
    assert versions
    assert run("promote", model, "--version", "1", "--force", "--reason", "a trial").exit_code == 0


def alter_the_ledger(model: str, folder: Path) -> None:
    edit_a_row(model)


def fill(model: str, folder: Path) -> None:
    (settings().home / "caches").mkdir(exist_ok=True)


def leave_a_lock(model: str, folder: Path) -> None:
    (settings().home / "atelier.db.locks" / f"train-{model}.holder").write_text("process 1 on a machine that is gone")


def leave_servers(model: str, folder: Path) -> None:
    address = "http://127.0.0.1:9"
    (settings().home / "servers.json").write_text(f'{{"prefect": "{address}", "mlflow": "{address}"}}')


def lose_the_catalogue(model: str, folder: Path) -> None:
    """Let the YAML, a copy of its own, name a catalogue that is gone; the good one is in `folder`."""
    good = Path(read_config(settings().models, model).data.model_dump()["catalogue"])
    shutil.copytree(good, folder / "catalogue")
    path = settings().models / f"{model}.yaml"
    fields = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump({**fields, "data": {**fields["data"], "catalogue": str(folder / "gone")}}))


def lose_the_home(model: str, folder: Path) -> None:
    assert run("backup", folder / "backup").exit_code == 0
    (settings().home / "mlflow.db").write_bytes(b"damaged" * 1000)
    shutil.rmtree(settings().home / "snapshots")


HAPPENS: Mapping[str, Callable[[str, Path], None]] = {
    "1": promote_another,
    "2": alter_the_ledger,
    "3": fill,
    "4": leave_a_lock,
    "5": nothing,
    "6": leave_servers,
    "7": nothing,
    "8": lose_the_catalogue,
    "9": nothing,
    "10": lose_the_home,
}


@pytest.fixture
def model(after_lifecycle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A toy model after a lifecycle, whose YAML is a copy of the test's own."""
    shutil.copytree(settings().models, tmp_path / "own-models")
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "own-models"))
    return after_lifecycle


def do(step: Step, model: str, folder: Path) -> None:
    """Run a command: ours in this process, `rm` in a shell; of a target of make, only that it exists."""
    names = {"MODEL": model, "BACKUP": str(folder / "backup"), "CATALOGUE": str(folder / "catalogue")}
    text = re.sub("|".join(names), lambda match: names[match[0]], step.command)
    program, *words = shlex.split(text)
    if program == "atelier":
        done = run(*words)
        assert done.exit_code == step.code or is_of_the_machine(words, done.stdout), f"{text}: {done.output}"
    elif program == "make":
        assert subprocess.run(["make", "-n", *words], cwd=ROOT, capture_output=True).returncode == 0
    else:
        assert program == "rm"
        subprocess.run(text, shell=True, check=True)


def is_of_the_machine(words: list[str], printed: str) -> bool:
    """Tell whether `doctor` complains of this machine alone, such as of little memory while other tests run."""
    problems = re.findall(r"^problem +([\w ]+):", printed, re.MULTILINE)
    return words == ["doctor"] and bool(problems) and all(re.fullmatch(MACHINE, part) for part in problems)


def test_the_book_has_ten_incidents_each_with_its_four_parts() -> None:
    assert incidents().keys() == HAPPENS.keys()
    for part in TEXT.split("\n## ")[1:]:
        assert [word in part for word in ("**You see**", "**Check**", "**Do**", "**Verify**")] == [True] * 4


@pytest.mark.parametrize("number", HAPPENS)
def test_the_commands_of_an_incident_mend_it(number: str, model: str, tmp_path: Path) -> None:
    HAPPENS[number](model, tmp_path)
    for step in incidents()[number]:
        do(step, model, tmp_path)

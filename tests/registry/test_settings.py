"""Tests: settings from the environment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from registry.settings import settings, tracking_uri


def test_all_state_is_under_atelier_home(bare_home: Path) -> None:
    found = settings()
    assert found.home == bare_home
    assert found.snapshots("toy") == bare_home / "snapshots" / "toy"
    assert found.checkpoints("toy", "abc") == bare_home / "checkpoints" / "toy" / "abc"
    assert found.database_url == f"sqlite:///{bare_home}/atelier.db"
    assert tracking_uri() == f"sqlite:///{bare_home}/mlflow.db"
    assert (found.snapshot_store("toy"), found.artifact_root) == ("", (bare_home / "artifacts").as_uri())


def test_the_default_models_are_those_of_the_repository(bare_home: Path) -> None:
    assert (settings().models / "starter.yaml").is_file()


def test_a_relative_home_is_made_absolute(bare_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATELIER_HOME", "here")
    assert settings().home == tmp_path / "here"
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    assert settings().home == tmp_path / "inner" / "here"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ATELIER_HOME", "~/there")
    assert settings().home == tmp_path / "there"


def test_a_folder_that_was_removed_does_not_matter(
    bare_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert settings().home == bare_home


def test_variables_of_the_user_are_used(bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    monkeypatch.setenv("ATELIER_DATABASE_URL", "postgresql://db/atelier")
    assert tracking_uri() == "http://127.0.0.1:1"
    assert settings().database_url == "postgresql://db/atelier"
    monkeypatch.setenv("ATELIER_SNAPSHOTS_URL", "s3://bucket/snapshots/")
    monkeypatch.setenv("ATELIER_ARTIFACTS_URL", "s3://bucket/mlflow/")
    assert settings().snapshot_store("toy") == "s3://bucket/snapshots/toy"
    assert settings().artifact_root == "s3://bucket/mlflow"


def test_a_report_replaces_the_one_before(bare_home: Path, tmp_path: Path) -> None:
    for name in ("old", "new"):
        report = tmp_path / name
        report.mkdir()
        (report / f"{name}.txt").write_text(name)
        kept = settings().keep_report("toy", report)
    assert [path.name for path in kept.iterdir()] == ["new.txt"]


def test_forty_reports_that_are_kept_at_once_leave_one_of_them_whole(bare_home: Path, tmp_path: Path) -> None:
    for number in range(40):
        report = tmp_path / str(number)
        (report / "cards").mkdir(parents=True)
        for name in ("report.html", "report.json", "cards/a.png"):
            (report / name).write_text(str(number))
    kept = settings().keep_report("toy", tmp_path / "0")
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(settings().keep_report, "toy", tmp_path / str(number)) for number in range(40)]
        while not all(future.done() for future in done):
            assert (kept / "report.html").read_text().isdecimal()  # never missing, never empty
    assert [future.result() for future in done] == [kept] * 40
    assert len({path.read_text() for path in kept.rglob("*") if path.is_file()}) == 1

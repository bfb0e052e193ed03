"""Tests: a home that was copied or moved has paths of its own, and the other home stays as it was."""

import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from sqlalchemy import create_engine, text

from components.core.errors import RegistryError
from components.core.files import file_digest
from registry.archive import archive_of, archived_bytes, write_archive
from registry.client import connect
from registry.ledger.store import history
from registry.relocate import relocate
from registry.settings import settings
from registry.verify_model import check
from registry.version_files import verified_files
from registry.version_record import kept
from tests.registry.conftest import promote
from tests.registry.homes import BUNDLED, MODEL, register_version, stored_paths, use, write_model


@pytest.fixture
def models(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a model's YAML."""
    write_model(tmp_path / "models")
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def digests(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): file_digest(path) for path in folder.rglob("*") if path.is_file()}


def named_base(version: int) -> str:
    """Return the folder of the base model that MLmodel of a version names."""
    folder = verified_files(connect().get_model_version(MODEL, str(version))).folder
    return str(yaml.safe_load((folder / "MLmodel").read_text())["flavors"]["diffusers"]["base_model"])


def test_a_copy_has_paths_of_its_own_and_the_original_stays_untouched(
    home: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_version(models, tmp_path / "step", "starter")
    shutil.copytree(home, tmp_path / "it's ä copy")
    before = digests(home)
    use(monkeypatch, tmp_path / "it's ä copy")
    done = relocate()
    assert (done.former, done.copied) == (str(home), True)
    assert done.paths >= 4
    assert [path for path in stored_paths(tmp_path / "it's ä copy" / "mlflow.db") if str(home) in path] == []
    folder = verified_files(connect().get_model_version(MODEL, "1")).folder
    assert folder.is_relative_to(tmp_path / "it's ä copy")
    assert digests(home) == before
    again = relocate()
    assert (again.paths, again.versions, again.sentence) == (0, 0, "")


def test_a_moved_home_keeps_its_ledger_and_all_digests(
    home: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = register_version(models, tmp_path / "step", "starter")
    monkeypatch.setattr("tests.registry.conftest.MODEL", MODEL)
    promote(version)
    entries = history(MODEL)
    home.rename(tmp_path / "moved")
    use(monkeypatch, tmp_path / "moved")
    found = check(MODEL)
    assert (found.remarks, found.whole) == ((), True)
    assert found.folders == (str(verified_files(connect().get_model_version(MODEL, "1")).folder),)
    assert found.folders[0].startswith(f"{tmp_path / 'moved'}/")
    assert history(MODEL) == entries


def test_verify_reports_a_change_of_the_copy_also_where_the_original_is_whole(
    home: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.registry.conftest.MODEL", MODEL)
    promote(register_version(models, tmp_path / "step", "starter"))
    shutil.copytree(home, tmp_path / "copy")
    (adapter,) = (tmp_path / "copy").rglob("pytorch_lora_weights.safetensors")
    adapter.write_bytes(adapter.read_bytes()[:-1] + b"x")
    assert check(MODEL).whole
    use(monkeypatch, tmp_path / "copy")
    (remark,) = check(MODEL).remarks
    assert str(tmp_path / "copy") in remark.said
    assert "is not what was registered" in remark.said


def test_a_moved_base_model_is_found_again_by_its_digest(
    home: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(BUNDLED, tmp_path / "clone")
    write_model(models, tmp_path / "clone")
    version = register_version(models, tmp_path / "step", str(tmp_path / "clone"))
    assert named_base(version) == str(tmp_path / "clone")
    (tmp_path / "clone").rename(tmp_path / "clone elsewhere")
    write_model(models, tmp_path / "clone elsewhere")
    manifest = kept(connect().get_model_version(MODEL, "1"))["manifest"]
    done = relocate()
    assert (done.former, done.versions, done.lost) == ("", 1, ())
    assert named_base(version) == str(tmp_path / "clone elsewhere")
    assert verified_files(connect().get_model_version(MODEL, "1")).manifest.digest == manifest


def test_an_archive_of_a_version_whose_base_model_moved_is_complete_and_names_no_folder(
    home: Path, models: Path, tmp_path: Path
) -> None:
    register_version(models, tmp_path / "step", "starter")
    version = connect().get_model_version(MODEL, "1")
    files = verified_files(version)
    write_archive(version, files)
    assert archived_bytes(version) == files.bytes
    with tarfile.open(archive_of(MODEL, 1)) as archive:
        described = archive.extractfile("MLmodel")
        assert described is not None
        assert b"base_model: starter" in described.read()


def test_a_base_model_that_nobody_has_any_more_is_named_and_another_one_is_not_taken(
    home: Path, models: Path, tmp_path: Path
) -> None:
    shutil.copytree(BUNDLED, tmp_path / "clone")
    write_model(models, tmp_path / "clone")
    version = register_version(models, tmp_path / "step", str(tmp_path / "clone"))
    (tmp_path / "clone").rename(tmp_path / "other")
    config = tmp_path / "other" / "scheduler" / "scheduler_config.json"
    config.write_text(config.read_text() + "\n")
    write_model(models, tmp_path / "other")
    done = relocate()
    assert (done.versions, done.lost) == (0, (str(tmp_path / "clone"),))
    assert named_base(version) == str(tmp_path / "clone")


def test_an_altered_description_is_left_for_verify_to_report(
    home: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_version(models, tmp_path / "step", "starter")
    (description,) = home.rglob("MLmodel")
    description.write_text(description.read_text() + "more: 1\n")
    altered = description.read_text()
    home.rename(tmp_path / "moved")
    use(monkeypatch, tmp_path / "moved")
    assert relocate().versions == 0
    (moved,) = (tmp_path / "moved").rglob("MLmodel")
    assert moved.read_text() == altered


def test_an_interrupted_relocation_is_finished_by_the_next(
    home: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_version(models, tmp_path / "step", "starter")
    home.rename(tmp_path / "moved")
    use(monkeypatch, tmp_path / "moved")
    with closing(sqlite3.connect(tmp_path / "moved" / "mlflow.db")) as database, database:
        database.execute(
            "CREATE TRIGGER fail BEFORE UPDATE ON datasets BEGIN SELECT RAISE(ABORT, 'the power failed'); END"
        )
        database.execute("INSERT INTO datasets VALUES ('d', '0', 'n', 'x', 'local', ?, '', '')", (_source(home),))
    before = stored_paths(tmp_path / "moved" / "mlflow.db")
    with pytest.raises(RegistryError, match=r"cannot be changed .*the power failed.*: make its folder"):
        relocate()
    assert stored_paths(tmp_path / "moved" / "mlflow.db") == before
    with closing(sqlite3.connect(tmp_path / "moved" / "mlflow.db")) as database, database:
        database.execute("DROP TRIGGER fail")
    assert relocate().paths == len(before)
    assert [path for path in stored_paths(tmp_path / "moved" / "mlflow.db") if f"{home}/" in path] == []


def _source(home: Path) -> str:
    return f'{{"uri": "{home}/catalogues/drawn"}}'


def test_a_dry_run_counts_and_changes_nothing(
    home: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_version(models, tmp_path / "step", "starter")
    home.rename(tmp_path / "moved")
    use(monkeypatch, tmp_path / "moved")
    before = digests(tmp_path / "moved")
    counted = relocate(dry_run=True)
    assert digests(tmp_path / "moved") == before
    done = relocate()
    assert (counted.paths, counted.versions) == (done.paths, done.versions)
    assert "would be changed" in counted.sentence


def test_a_former_home_above_this_one_is_replaced_once(
    home: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_version(models, tmp_path / "step", "starter")
    shutil.copytree(home, tmp_path / "copy")
    shutil.move(tmp_path / "copy", home / "inside")
    use(monkeypatch, home / "inside")
    assert relocate().paths > 0
    assert relocate(former=home).paths == 0
    assert [path for path in stored_paths(home / "inside" / "mlflow.db") if "inside/inside" in path] == []


def test_the_note_of_the_originals_servers_is_not_kept(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "servers.json").write_text("{}")
    shutil.copytree(home, tmp_path / "copy")
    use(monkeypatch, tmp_path / "copy")
    relocate()
    assert not (tmp_path / "copy" / "servers.json").exists()
    assert (home / "servers.json").exists()


def test_a_database_elsewhere_is_changed_only_if_the_former_home_is_named(
    home: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_version(models, tmp_path / "step", "starter")
    shutil.move(home / "mlflow.db", tmp_path / "shared.db")
    home.rename(tmp_path / "moved")
    use(monkeypatch, tmp_path / "moved")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'shared.db'}")
    with pytest.raises(RegistryError, match="other homes may use it too: name the folder"):
        relocate()
    assert relocate(former=home).paths >= 3
    assert verified_files(connect().get_model_version(MODEL, "1")).folder.is_relative_to(tmp_path / "moved")


def test_a_server_and_the_home_itself_are_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RegistryError, match="is this home, expected the folder that it was in before"):
        relocate(former=settings().home)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    with pytest.raises(RegistryError, match="is a server, whose database holds the paths: end that server"):
        relocate(former=Path("/elsewhere"))


def test_paths_in_postgresql_are_changed_too(
    home: Path, models: Path, new_postgresql: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = new_postgresql()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    register_version(models, tmp_path / "step", "starter")
    home.rename(tmp_path / "moved")
    use(monkeypatch, tmp_path / "moved")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    assert relocate(former=home).paths >= 3
    with create_engine(address).connect() as connection:
        places = connection.execute(text("SELECT artifact_uri FROM runs")).scalars().all()
    assert all(place.startswith(f"file://{tmp_path}/moved/") for place in places)
    assert verified_files(connect().get_model_version(MODEL, "1")).folder.is_relative_to(tmp_path / "moved")

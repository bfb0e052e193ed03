"""Tests: a home with a promoted version and its snapshot, and checks of a home that was restored from a backup."""

from pathlib import Path

from components.core.records import Ingestion
from components.data.snapshots import build_snapshot, read_snapshot
from registry import tags as tag
from registry.backup_restore import Restoration, restore_backup
from registry.search import search_versions
from registry.settings import settings
from registry.tracking import open_run
from registry.version_files import verified_files
from registry.version_record import kept
from registry.versions import register
from tests.flows.served import make_example
from tests.registry.conftest import MODEL, make_checkpoint, promote
from tests.registry.toy_recipe import RECIPE, toy_config

COUNTS = Ingestion(rows=1, selected=1, kept=1, repaired={}, quarantined={})


def add_version(number: int, folder: Path) -> int:
    """Make a snapshot and a version that is trained on it, and put that in production."""
    plum = f"plum {number}"
    snapshot, _ = build_snapshot(settings().snapshots(MODEL), {}, lambda _, made: make_example(made, COUNTS, plum))
    with open_run(toy_config(), "train", f"run-{number}") as run:
        version = register(toy_config(), run, RECIPE, make_checkpoint(folder, number), f"t{number}", snapshot.digest)
    promote(version)
    return version


def restored_versions(backup: Path) -> tuple[Restoration, list[int]]:
    """Restore a backup into the home, require that all that its databases name is there, and return its versions."""
    done = restore_backup(backup)
    assert [remark for check in done.checks for remark in check.remarks if remark.alarm] == []
    versions = search_versions(MODEL, {})
    for version in versions:
        assert verified_files(version, fresh=True).folder.is_relative_to(settings().home)
        read_snapshot(settings().snapshots(MODEL), kept(version)[tag.TRAINED_ON])
    read_snapshot(settings().snapshots(MODEL))  # the latest
    return done, sorted(int(version.version) for version in versions)

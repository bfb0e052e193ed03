"""Flows: the commands `backup` and `restore-backup`: a copy of all state in a folder, and back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import ALTERED, Debug, Json, Result, exit_on_error, print_result
from flows.commands.signals import handle_signals

if TYPE_CHECKING:
    from registry.backup_manifest import Manifest

MEGABYTE = 1_000_000


def backup_command(
    folder: Annotated[Path, typer.Argument(help="A new folder outside the home, such as /backups/2026-11-29.")],
    earlier: Annotated[
        Path | None,
        typer.Option(help="An earlier backup on the same disk: files that have not changed are links to its files."),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Copy all state into a new folder: snapshots, artifacts, ledger and databases of one moment, with digests.

    Other commands, servers and workers may run meanwhile. Caches, drawn catalogues, logs, base models outside the
    home and databases outside it are not copied.
    """
    with exit_on_error(debug):
        handle_signals()
        from flows.console.home import show_backup
        from registry.backup import back_up

        with _bar() as progress:
            done = back_up(_absolute(folder), _absolute(earlier) if earlier else None, progress)
        found = {**_summary(done.manifest), "folder": str(done.folder), "linked": done.linked}
        print_result(found, show_backup, as_json)


def restore_backup_command(
    folder: Annotated[Path, typer.Argument(help="A folder that `backup` wrote.")],
    replace: Annotated[bool, typer.Option(help="Put the home's content aside, in a folder beside it.")] = False,
    check_only: Annotated[bool, typer.Option("--check", help="Check the backup's files, and restore nothing.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Restore a backup into ATELIER_HOME, and verify what was restored: every file, and each model.

    Exit code 4: a ledger, an alias or the files of a version in the restored home are not what was registered.
    """
    with exit_on_error(debug):
        handle_signals()
        from flows.console.home import show_checked_backup, show_restored

        show = show_checked_backup if check_only else show_restored
        found = _check(_absolute(folder)) if check_only else _restore(_absolute(folder), replace)
        print_result(found, show, as_json)
    if not found["whole"]:
        raise typer.Exit(ALTERED)


def _check(folder: Path) -> Result:
    from registry.backup_restore import check_backup

    with _bar() as progress:
        return {**_summary(check_backup(folder, progress)), "folder": str(folder), "whole": True}


def _restore(folder: Path, replace: bool) -> Result:
    from registry.backup_restore import restore_backup

    with _bar() as progress:
        done = restore_backup(folder, replace, progress)
    return {
        **_summary(done.manifest),
        "home": str(done.home),
        "paths": done.moved,
        "aside": str(done.aside) if done.aside else None,
        "lost": list(done.lost),
        "checks": [{**asdict(check), "whole": check.whole} for check in done.checks],
        "whole": done.whole,
    }


def _summary(manifest: "Manifest") -> Result:
    """Return what `--json` prints of a manifest: all but the names of the files."""
    models = {model: asdict(end) for model, end in manifest.models.items()}
    return {
        "time": manifest.time,
        "from": manifest.home,
        "models": models,
        "files": len(manifest.files),
        "bytes": manifest.bytes,
        "not_covered": list(manifest.not_covered),
    }


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function that shows bytes as megabytes, once a megabyte."""
    from flows.console.bars import progress_log

    shown: dict[str, tuple[int, int]] = {}
    with progress_log() as log:

        def progress(what: str, done: int, total: int) -> None:
            now = (-(-done // MEGABYTE), -(-total // MEGABYTE))
            if shown.get(what) != now:
                shown[what] = now
                log.progress(f"{what} (MB)", *now)

        yield progress


def _absolute(folder: Path) -> Path:
    return folder.expanduser().absolute()

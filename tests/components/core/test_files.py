"""Tests: files and folders are written atomically, even by many writers at once."""

import json
import multiprocessing
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from components.core.errors import AtelierError, DiskSpaceError
from components.core.files import (
    UNFINISHED,
    closed_folder,
    digest_of,
    file_digest,
    is_readable,
    new_folder,
    remove_unfinished,
    replace_files,
    require_space,
    write_text,
)
from tests import ROOT


def build(path: Path, number: int) -> str:
    with new_folder(path) as folder:
        (folder / "inside").mkdir()
        for name in ("a", "b"):
            (folder / "inside" / name).write_text(str(number))
    return "/".join((path / "inside" / name).read_text() for name in ("a", "b"))


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob(f"{UNFINISHED}*"))


def test_a_text_replaces_the_old_one_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down.txt"
    write_text(path, "old")
    write_text(path, "Größe")
    assert path.read_text(encoding="utf-8") == "Größe"
    assert list(path.parent.iterdir()) == [path]


def test_other_users_can_read_the_files(tmp_path: Path) -> None:
    write_text(tmp_path / "text", "")
    build(tmp_path / "folder", 1)
    assert (tmp_path / "text").stat().st_mode & 0o044 == 0o044
    assert (tmp_path / "folder").stat().st_mode & 0o055 == 0o055


def test_a_failed_write_keeps_the_old_text_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    write_text(tmp_path / "text", "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "text", "\ud800")
    assert (tmp_path / "text").read_text() == "old"
    assert not leftovers(tmp_path)


def test_readers_never_see_a_partial_text(tmp_path: Path) -> None:
    path, texts = tmp_path / "text", {str(n) * 100_000 for n in range(4)}
    write_text(path, "0" * 100_000)
    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write_text, path, text) for text in sorted(texts) * 5]
        seen = [path.read_text()]
        while not all(w.done() for w in writing):
            seen.append(path.read_text())
    assert set(seen) <= texts
    assert len(seen) > 1


def test_a_folder_appears_when_its_block_ends(tmp_path: Path) -> None:
    with new_folder(tmp_path / "new") as folder:
        (folder / "file").write_text("x")
        assert not (tmp_path / "new").exists()
    assert (tmp_path / "new" / "file").read_text() == "x"
    assert not leftovers(tmp_path)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_folder_whose_block_fails_disappears(tmp_path: Path, error: type[BaseException]) -> None:
    def interrupted() -> None:
        with new_folder(tmp_path / "new") as folder:
            (folder / "file").write_text("half")
            raise error

    with pytest.raises(error):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_kept(tmp_path: Path) -> None:
    assert build(tmp_path / "new", 1) == "1/1"
    assert build(tmp_path / "new", 2) == "1/1"
    assert not leftovers(tmp_path)


def test_a_file_with_the_name_of_the_folder_is_an_error_and_is_kept(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("mine")
    with pytest.raises(OSError, match="new"):
        build(tmp_path / "new", 1)
    assert (tmp_path / "new").read_text() == "mine"
    assert not leftovers(tmp_path)


def test_eight_threads_that_build_one_folder_all_succeed_with_one_content(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for turn in range(10):
            found = set(pool.map(build, [tmp_path / str(turn)] * 8, range(8)))
            assert len(found) == 1
            assert len(set(found.pop().split("/"))) == 1
    assert not leftovers(tmp_path)


def test_eight_processes_that_build_one_folder_all_succeed_with_one_content(tmp_path: Path) -> None:
    with ProcessPoolExecutor(8, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = set(pool.map(build, [tmp_path / "new"] * 8, range(8)))
    assert len(found) == 1
    assert not leftovers(tmp_path)


def test_too_little_disk_space_is_an_error(tmp_path: Path) -> None:
    require_space(tmp_path, 0, "A test")
    with pytest.raises(DiskSpaceError, match=r"A snapshot needs [\d,]+ MB in .* MB free: free some space") as refused:
        require_space(tmp_path / "new", shutil.disk_usage(tmp_path).free, "A snapshot")
    assert isinstance(refused.value, AtelierError)


def test_a_digest_depends_on_the_content_and_not_on_the_order_of_keys(tmp_path: Path) -> None:
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1}) != digest_of({"a": 1, "b": [3]})
    assert len(digest_of(None)) == 12
    (tmp_path / "file").write_text(json.dumps({}))
    assert file_digest(tmp_path / "file") == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_only_the_unfinished_folders_of_dead_processes_are_removed(tmp_path: Path) -> None:
    left = tmp_path / f"{UNFINISHED}dead"
    left.mkdir()
    with new_folder(tmp_path / "made") as unfinished:
        (unfinished / "half").write_text("half")
        remove_unfinished(tmp_path)  # as a second process does while this one writes
        (unfinished / "rest").write_text("rest")
    assert not left.exists()
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == ["half", "rest"]


def test_many_folders_are_made_while_others_clean_up(tmp_path: Path) -> None:
    def make(number: int) -> None:
        remove_unfinished(tmp_path)
        with new_folder(tmp_path / str(number)) as unfinished:
            remove_unfinished(tmp_path)
            (unfinished / "file").write_text("whole")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(80)))
    assert [(tmp_path / str(number) / "file").read_text() for number in range(80)] == ["whole"] * 80
    assert leftovers(tmp_path) == []


def test_replaced_files_are_those_of_the_source_and_no_others(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for path, text in (
        (source / "a" / "new", "new"),
        (source / "both", "2"),
        (target / "both", "1"),
        (target / "old", ""),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    replace_files(source, target)
    found = {str(path.relative_to(target)): path.read_text() for path in target.rglob("*") if path.is_file()}
    assert found == {"a/new": "new", "both": "2"}


AS_ANOTHER_USER = """
import os, sys
from pathlib import Path
from components.core.files import closed_folder, is_readable
if os.getuid() == 0:
    os.setuid(65534)
print(is_readable(Path(sys.argv[1])), closed_folder(Path(sys.argv[1])))
"""


def test_a_file_in_a_folder_that_is_closed_to_this_user_is_not_readable() -> None:
    with TemporaryDirectory() as temporary:
        closed = Path(temporary) / "closed"
        closed.mkdir()
        (closed / "file").write_text("")
        assert is_readable(closed / "file")
        assert not is_readable(closed / "other")
        assert closed_folder(closed / "deep" / "file") is None
        closed.parent.chmod(0o755)
        closed.chmod(0)
        command = [sys.executable, "-c", AS_ANOTHER_USER, str(closed / "file")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        closed.chmod(0o755)
    assert done.stdout == f"False {closed}\n"

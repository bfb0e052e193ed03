"""Tests: files and folders are written atomically, even by many writers at once."""

import json
import multiprocessing
import shutil
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from components.core.errors import AtelierError, DiskSpaceError
from components.core.files import UNFINISHED, digest_of, file_digest, new_folder, require_space, write_text


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

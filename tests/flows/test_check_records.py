"""Tests: the command `check-records` on stored score records of any origin."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.flows.command_line import run

CLIP = [27.5, 28.25, 29.0, 30.25]  # 100 times a cosine


def write_record(folder: Path, step: int, fid: float, clip: list[float] | dict[str, float] | None = None) -> Path:
    """Write a record as the reference run did: with means over all entries, side files too."""
    record: dict[str, Any] = {
        "metadata": {"generated_images_count": 32, "generated_images_dir": f"checkpoint-{step}"},
        "fid": {"score": fid},
    }
    if clip is not None:
        values = list(clip.values()) if isinstance(clip, dict) else clip
        record["clip_score"] = {"mean": sum(values) / len(values), "individual_scores": clip}
    path = folder / f"metrics_checkpoint_{step}.json"
    path.write_text(json.dumps(record))
    return path


def test_side_files_halve_a_mean_and_are_found(tmp_path: Path) -> None:
    first = write_record(tmp_path, 500, 73.08, [0.0] * 4 + CLIP)
    second = write_record(tmp_path, 1000, 74.06, [0.0] * 4 + [score + 0.1 for score in CLIP])
    done = run("check-records", first, second, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert [record["stored_mean"] for record in found["records"]] == pytest.approx([14.375, 14.425])
    assert [record["mean"] for record in found["records"]] == pytest.approx([28.75, 28.85])
    assert found["records"][0]["sentence"].startswith(
        "checkpoint-500: CLIP mean 14.38 over 8 entries, 4 of them side files; 28.75 over 4 pictures ("
    )
    assert "0.287 as a cosine" in found["records"][0]["sentence"]
    assert "FID 73.08 (checkpoint-500) against 74.06 (checkpoint-1000): n = 4 cannot rank" in found["sentences"][-2]
    assert found["sentences"][-1].endswith("undecided.")


def test_side_files_are_known_by_name_where_entries_have_names(tmp_path: Path) -> None:
    path = write_record(tmp_path, 500, 73.0, {"a.png": 0.28, "._a.png": 0.11, "b.png": 0.3})
    (record,) = json.loads(run("check-records", path, "--json").stdout)["records"]
    assert record["side_files"] == 1
    assert record["mean"] == pytest.approx(0.29)
    assert record["cosine"] == pytest.approx(0.29)  # these values are cosines already


def test_side_files_are_counted_by_the_names_in_a_captions_file(tmp_path: Path) -> None:
    record = write_record(tmp_path, 500, 73.0, [0.0, 28.0, 29.0])
    prompts = tmp_path / "prompts_checkpoint_500.json"
    prompts.write_text(json.dumps({"a.png": "shoes", "._a.png": "shoes", "b.png": "shoes"}))
    done = run("check-records", prompts, record)
    assert "of its 3 names 1 begin with ._" in " ".join(done.stdout.split())


def test_the_fuller_one_of_two_records_of_one_checkpoint_is_kept(tmp_path: Path) -> None:
    full = write_record(tmp_path, 500, 73.0, [0.0, 28.0, 29.0])
    both = tmp_path / "consolidated.json"
    bare = {"metadata": {"generated_images_dir": "checkpoint-500"}, "fid": {"score": 73.0}}
    both.write_text(json.dumps({"500": bare, "900": {"fid": {"score": 80.0}}}))
    for order in ((full, both), (both, full)):
        records = json.loads(run("check-records", *order, "--json").stdout)["records"]
        assert [(r["subject"], r["entries"]) for r in records] == [("checkpoint-500", 3), ("checkpoint-900", 0)]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"loss": 3}', '{"fid": 73.0}', '{"clip_score": {"individual_scores": "x"}}']
)
def test_other_files_are_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "odd.json").write_text(text)
    done = run("check-records", tmp_path / "odd.json")
    assert done.exit_code == 1
    assert "expected an object with fid.score" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.shared_data
def test_the_reference_run_scored_sixteen_side_files_at_every_checkpoint(shared: Path) -> None:
    evaluation = shared / "data" / "reference-run" / "evaluation"
    if not evaluation.is_dir():
        pytest.skip("the records of the reference run are missing")
    found = json.loads(run("check-records", *sorted(evaluation.glob("*/*.json")), "--json").stdout)
    means = {r["subject"]: (round(r["stored_mean"], 2), round(r["mean"], 2), r["side_files"]) for r in found["records"]}
    assert means == {
        "checkpoint-500": (14.47, 28.94, 16),
        "checkpoint-1500": (14.92, 29.84, 16),
        "checkpoint-2500": (14.72, 29.44, 16),
        "checkpoint-3000": (14.69, 29.37, 16),
    }
    assert all("of its 32 names 16 begin with ._" in record["sentence"] for record in found["records"])
    assert "FID 73.08 (checkpoint-1500) against 74.06 (checkpoint-2500): n = 16 cannot rank" in found["sentences"][-2]

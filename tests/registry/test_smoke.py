"""Tests: no version is served unless plain MLflow loads it and reproduces its golden sample."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mlflow.entities.model_registry import ModelVersion

from components.core.errors import CheckpointError, UnavailableError, UntriedError
from components.core.golden import GoldenSample
from components.core.records import Checkpoint, Decision, Verdict
from components.recipes import recipe_module
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.golden_picture import (
    PICTURE,
    as_png,
    from_png,
    from_sample,
    generate_golden,
    to_sample,
)
from registry.aliases import aliases
from registry.golden_samples import read_golden, write_golden, write_sample
from registry.ledger.store import history
from registry.ledger.verify import problem, verify
from registry.production import Promotion, move_production
from registry.rollback import roll_back
from registry.search import trained_versions
from registry.smoke import load_and_check, smoke
from registry.tracking import open_run
from registry.version_files import verified_files
from registry.versions import checkpoint_of, register
from tests.registry.conftest import MODEL, promote
from tests.registry.homes import BUNDLED
from tests.registry.starters import random_adapter, starter_config
from tests.registry.toy_recipe import ADAPTERS, RECIPE, Config
from tests.toys import WEIGHTS

IMAGES = "product-images"
PROMPT = "A professional product photo of red casual shoes"
LOSE_MLFLOW = "import os; os.environ['MLFLOW_TRACKING_URI'] = 'http://127.0.0.1:9'"
RUN_OUT_OF_MEMORY = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"  # as the kernel does
RUN_OUT_OF_FILES = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))"
LOSE_A_PACKAGE = "import sys; sys.modules['mlflow'] = None"


def make(config: ProductImagesConfig, folder: Path, strength: float = 0.05) -> ModelVersion:
    """Register a version of the committed base, with a golden sample."""
    with open_run(config, "train", "1") as run:
        register(config, run, ADAPTERS, random_adapter(config, folder, strength), "t1", "s1")
    (version,) = trained_versions("starter", "t1")
    with open_run(config, "evaluate", "2") as run:
        write_golden(run, version, to_sample(generate_golden(config, checkpoint_of(version), PROMPT, 7)))
    return trained_versions("starter", "t1")[0]


def attempts(model: str) -> list[tuple[str, str, str, str]]:
    """Return action, verdict, rule and author of each entry of a ledger."""
    moves = (entry.move for entry in history(model))
    return [(str(move.action), str(move.verdict), move.rule, move.by) for move in moves]


def sample_of(version: ModelVersion) -> GoldenSample:
    sample = read_golden(version)
    assert sample is not None
    return sample


def with_picture(sample: GoldenSample, pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> GoldenSample:
    return to_sample(replace(from_sample(sample), picture=as_png(pixels)))


@pytest.fixture
def start_processes_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let each process that starts from now on run a program first."""

    def prepare(program: str) -> None:
        (tmp_path / "sitecustomize.py").write_text(program)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")

    return prepare


@pytest.fixture
def version(home: Path, tmp_path: Path) -> ModelVersion:
    return make(starter_config(), tmp_path / "adapter")


def test_a_fresh_process_generates_the_golden_picture_to_the_pixel(version: ModelVersion) -> None:
    sample = sample_of(version)
    assert from_png(sample.files[PICTURE]).shape == (64, 64, 3)
    smoke(IMAGES, version, sample)


def test_a_version_that_names_another_base_model_is_refused_before_it_is_loaded(
    version: ModelVersion, tmp_path: Path
) -> None:
    shutil.copytree(BUNDLED, tmp_path / "other")
    (tmp_path / "other" / "scheduler" / "scheduler_config.json").write_text("{}")
    description = verified_files(version).folder / "MLmodel"
    description.write_text(description.read_text().replace(str(BUNDLED), str(tmp_path / "other")))
    (tmp_path / "sample").mkdir()
    write_sample(tmp_path / "sample", sample_of(version))
    with pytest.raises(CheckpointError, match=rf"needs the base model in {tmp_path}/other, which has digest \w+, "):
        load_and_check(recipe_module(IMAGES), version.name, str(version.version), tmp_path / "sample")


@pytest.mark.slow  # an interpreter with all of diffusers each
def test_a_version_that_generates_another_picture_is_refused(version: ModelVersion) -> None:
    sample = sample_of(version)
    one_level_off = from_png(sample.files[PICTURE]).copy()
    one_level_off[0, 0, 0] ^= 1
    other = with_picture(sample, one_level_off)
    with pytest.raises(CheckpointError, match=r"is 1 of 255 grey levels off .* expected 0 at most"):
        smoke(IMAGES, version, other)
    smoke(
        IMAGES, version, to_sample(replace(from_sample(other), machine="another"))
    )  # on other machines the last bit may differ


@pytest.mark.slow
def test_a_version_without_effect_is_refused(home: Path, tmp_path: Path) -> None:
    version = make(starter_config(), tmp_path / "adapter", strength=0.0)
    with pytest.raises(CheckpointError, match="generates the picture of its base model"):
        smoke(IMAGES, version, sample_of(version))


def test_a_version_that_was_never_evaluated_is_refused(version: ModelVersion) -> None:
    with pytest.raises(CheckpointError, match=r"^Version 1 of starter has no golden sample, .*run `evaluate`\.$"):
        smoke(IMAGES, version, None)


def test_an_empty_folder_does_not_make_a_version_pass_unloaded(version: ModelVersion) -> None:
    (verified_files(version).folder / "checkpoint").mkdir()
    with pytest.raises(CheckpointError, match="checkpoint is an empty folder"):
        smoke(IMAGES, version, sample_of(version))


def test_a_version_that_does_not_load_in_time_counts_as_untried(version: ModelVersion) -> None:
    with pytest.raises(
        UnavailableError, match=r"could not be tried: it did not end in 0 s: try again on a quieter machine"
    ):
        smoke(IMAGES, version, sample_of(version), seconds=0.01)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (LOSE_MLFLOW, r"MLflow does not answer at http://127\.0\.0\.1:9: start it"),
        (RUN_OUT_OF_MEMORY, rf"its process was ended by signal 9 \(Killed\), expected exit code 0: {UntriedError.act}"),
        (RUN_OUT_OF_FILES, r"\[Errno 24\] Too many open files"),
        (
            LOSE_A_PACKAGE,
            rf"its process ended with 1 \(ModuleNotFoundError: .*mlflow.*\), expected exit code 0: {UntriedError.act}",
        ),
    ],
    ids=["loses-mlflow", "runs-out-of-memory", "runs-out-of-files", "loses-a-package"],
)
def test_a_fault_of_the_machine_says_nothing_about_the_version(
    version: ModelVersion, fault: str, message: str, start_processes_with: Callable[[str], None]
) -> None:
    sample = sample_of(version)
    start_processes_with(fault)
    with pytest.raises(UnavailableError, match=rf"^Version 1 of starter could not be tried: .*{message}") as raised:
        smoke(IMAGES, version, sample)
    assert len(str(raised.value).splitlines()) == 1


def test_a_promotion_whose_smoke_test_the_machine_interrupts_moves_nothing_and_rejects_no_version(
    version: ModelVersion, start_processes_with: Callable[[str], None]
) -> None:
    sample, decision = sample_of(version), Decision(1, Verdict.PROMOTE, "first", "Best.")
    start_processes_with(RUN_OUT_OF_MEMORY)
    with pytest.raises(UnavailableError, match="was ended by signal 9"):
        move_production("starter", Promotion(1, "run-1"), lambda _: decision, lambda _: smoke(IMAGES, version, sample))
    assert (aliases("starter"), history("starter")) == ({}, [])
    move_production("starter", Promotion(1, "run-2"), lambda _: decision)
    assert attempts("starter") == [
        ("REFUSED", "PROMOTE", "interrupted", "run-1"),
        ("PROMOTE", "PROMOTE", "first", "run-2"),
    ]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), MemoryError()])
def test_a_machine_that_fails_in_a_smoke_test_rejects_no_version(
    make_versions: Callable[[int], list[int]], error: Exception
) -> None:
    first, second = make_versions(2)
    promote(second)  # so that a rollback to it is possible
    promote(first)

    def fail(_: int) -> None:
        raise error

    decision = Decision(second, Verdict.PROMOTE, "better", "Better.")
    fault = r"\[Errno 28\] No space left on device|MemoryError"
    message = rf"^Version 2 of toy could not be tried \(({fault})\): {UntriedError.act}\.$"
    with pytest.raises(UnavailableError, match=message):
        move_production(MODEL, Promotion(second, "run-2"), lambda _: decision, fail)
    assert aliases(MODEL) == {"Production": first}
    assert "has begun and not ended" in str(problem(MODEL))
    with pytest.raises(UnavailableError, match=message):
        roll_back(MODEL, second, "It generates three shoes.", "run-3", fail)
    assert aliases(MODEL) == {"Production": first}
    roll_back(MODEL, second, "It generates three shoes.", "run-4")
    assert attempts(MODEL)[2:] == [
        ("REFUSED", "PROMOTE", "interrupted", "run-2"),
        ("REFUSED", "PROMOTE", "interrupted", "run-3"),
        ("ROLLBACK", "PROMOTE", "rollback", "run-4"),
    ]
    assert aliases(MODEL) == {"Production": second}
    assert (verify(MODEL), problem(MODEL)) == ([], None)


def test_a_golden_sample_is_read_back_and_a_changed_one_is_refused(version: ModelVersion, home: Path) -> None:
    settings = from_sample(sample_of(version)).settings
    assert (settings.prompt, settings.seed, settings.steps, settings.scheduler) == (PROMPT, 7, 2, "DDIMScheduler")
    (picture,) = home.rglob(PICTURE)
    picture.write_bytes(as_png(np.zeros((64, 64, 3), np.uint8)))
    with pytest.raises(CheckpointError, match="golden sample of version 1 of starter was changed"):
        read_golden(version)


def test_a_kind_without_an_mlflow_flavour_is_checked_by_its_recipe(home: Path, config: Config, tmp_path: Path) -> None:
    weights = tmp_path / "step-10" / WEIGHTS
    weights.parent.mkdir()
    weights.write_text('{"threshold": 85}')
    with open_run(config, "train", "1") as run:
        register(config, run, RECIPE, Checkpoint(weights.parent, 10, "digest10"), "t1", "s1")
    (version,) = trained_versions(MODEL, "t1")
    folder, golden = checkpoint_of(version).folder, GoldenSample({"kinds.json": b'["plum", "plum", "apple", "apple"]'})
    smoke("toy", version, golden)
    with pytest.raises(CheckpointError, match=r"^Version 1 of toy: The version sorts .*, expected the golden kinds\.$"):
        smoke("toy", version, GoldenSample({"kinds.json": b'["plum", "plum", "plum", "plum"]'}))
    (folder / WEIGHTS).write_text('{"threshold": 60}')
    with pytest.raises(CheckpointError, match="not what was registered"):
        smoke("toy", version, golden)

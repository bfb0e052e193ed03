"""Registry: the golden sample of a version: artifacts of its evaluation run, and their sha256 as a tag."""

from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow import artifacts
from mlflow.entities.model_registry import ModelVersion

from components.core.errors import CheckpointError
from components.core.golden import GoldenSample
from registry import tags as tag
from registry.checkpoint_runs import run_of
from registry.client import translate_errors
from registry.tracking import Run
from registry.version_record import kept, update


@translate_errors()
def write_golden(run: Run, version: ModelVersion, sample: GoldenSample) -> None:
    """Log the sample as artifacts of the version's own run, else of `run`, which evaluated it."""
    keeper = run_of(version) or run
    with TemporaryDirectory() as temporary:
        write_sample(Path(temporary), sample)
        keeper.artifacts(Path(temporary), _place(version.version))
    update(version, {tag.GOLDEN_RUN: keeper.id, tag.GOLDEN: sample.digest})


@translate_errors()
def read_golden(version: ModelVersion) -> GoldenSample | None:
    """Return the golden sample that the record of this version names, or None if it was not evaluated yet.

    Raises:
        CheckpointError: the sample was changed after it was written.
    """
    record = kept(version)
    run, digest = record.get(tag.GOLDEN_RUN), record.get(tag.GOLDEN)
    if not run or not digest:
        return None
    with TemporaryDirectory() as temporary:
        place = f"runs:/{run}/{_place(version.version)}"
        sample = read_sample(Path(artifacts.download_artifacts(place, dst_path=temporary)))
    if sample.digest != digest:
        raise CheckpointError(
            f"The golden sample of version {version.version} of {version.name} was changed",
            expected="the sha256 in its record",
            act="run `evaluate`",
        )
    return sample


def write_sample(folder: Path, sample: GoldenSample) -> None:
    for name, content in sample.files.items():
        (folder / name).write_bytes(content)


def read_sample(folder: Path) -> GoldenSample:
    return GoldenSample({path.name: path.read_bytes() for path in sorted(folder.iterdir())})


def _place(version: str | int) -> str:
    return f"golden/version-{version}"

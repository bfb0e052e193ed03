"""Registry: the golden sample of a version: artifacts of its evaluation run, and their sha256 as a tag."""

from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow import artifacts
from mlflow.entities.model_registry import ModelVersion

from components.core.errors import CheckpointError
from components.core.golden import GoldenSample
from registry import tags as tag
from registry.client import connect, translate_errors
from registry.tracking import Run


@translate_errors()
def write_golden(run: Run, version: ModelVersion, sample: GoldenSample) -> None:
    """Log the sample as artifacts of the run that evaluated the version; a later sample replaces it."""
    number = str(version.version)
    with TemporaryDirectory() as temporary:
        write_sample(Path(temporary), sample)
        run.artifacts(Path(temporary), _place(number))
    client = connect()
    client.set_model_version_tag(version.name, number, tag.GOLDEN_RUN, run.id)
    client.set_model_version_tag(version.name, number, tag.GOLDEN, sample.digest)


@translate_errors()
def read_golden(version: ModelVersion) -> GoldenSample | None:
    """Return the golden sample that the tags of this version name, or None if it was not evaluated yet.

    Raises:
        CheckpointError: the sample was changed after it was written.
    """
    run, digest = version.tags.get(tag.GOLDEN_RUN), version.tags.get(tag.GOLDEN)
    if not run or not digest:
        return None
    with TemporaryDirectory() as temporary:
        place = f"runs:/{run}/{_place(version.version)}"
        sample = read_sample(Path(artifacts.download_artifacts(place, dst_path=temporary)))
    if sample.digest != digest:
        raise CheckpointError(
            f"The golden sample of version {version.version} of {version.name} was changed",
            expected=f"the sha256 in its tag {tag.GOLDEN!r}",
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

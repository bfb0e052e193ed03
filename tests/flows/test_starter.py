"""Tests: a small lifecycle of the starter on the real code; MLflow's own client generates the same picture."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image

from components.recipes import read_config
from flows.lifecycle import lifecycle
from flows.monitor import monitor
from registry.client import connect
from registry.settings import settings
from registry.status import status
from registry.version_record import kept
from tests import ROOT
from tests.flows.command_line import run

SMALL = [  # with four colours there is less to encode; 64 products are needed in validation and test
    "data.where={articleType: [Casual Shoes], baseColour: [Black, Brown, White, Blue]}",
    "train.steps=2",
    "train.checkpoint_every=1",
    "train.warmup=0",
    "train.learning_rate=0.01",
    "sampling.steps=2",
    "evaluate.pictures=64",
    "promote.beat_base=false",
    "promote.at_least={}",
]
PROMPT = "A professional product photo of red casual shoes"


@pytest.fixture(scope="module")
def starter(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("starter")
    (home / "mlflow.db").write_bytes(template_database.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATELIER_HOME", str(home))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        lifecycle("starter", overrides=SMALL)
        yield "starter"


def test_a_lifecycle_puts_a_version_in_production(starter: str) -> None:
    found = status(read_config(settings().models, starter))
    assert [version["step"] for version in found["versions"]] == [2, 1]
    assert found["production"]["decision"] == "PROMOTE"
    assert found["base"]["fid"] > 0
    assert (settings().reports / starter / "grid.png").is_file()


def test_the_report_is_in_the_run_and_in_the_home(starter: str) -> None:
    (run,) = connect().search_runs(
        [connect().get_experiment_by_name(starter).experiment_id], "tags.flow = 'evaluate'", max_results=1
    )
    left = {file.path for file in connect().list_artifacts(run.info.run_id, "evaluation")}
    assert {"evaluation/report.html", "evaluation/report.json", "evaluation/summary.md"} <= left
    assert (settings().reports / starter / "report.html").is_file()


def test_a_version_has_its_scores_and_their_origin_as_tags(starter: str) -> None:
    version = connect().get_model_version(starter, "1")
    assert {"step", "fid", "kid", "clip_score", "snapshot", "decision"} <= version.tags.keys()
    assert -1 <= float(version.tags["clip_score"]) <= 1
    record = kept(version)
    assert {"base_model", "git_sha", "manifest", "golden", "trained_on"} <= record.keys()
    assert record["scorecard"]["scores"]["fid"]["extractor"].startswith("starter-vision@")


def test_scores_are_metrics_of_the_logged_model_and_can_be_searched(starter: str) -> None:
    experiment = connect().get_experiment_by_name(starter)
    found = connect().search_logged_models([experiment.experiment_id], filter_string="metrics.fid < 100000")
    assert len(found) == 2


def test_the_monitor_sees_no_change_where_nothing_changed(starter: str) -> None:
    found = monitor(starter, overrides=[*SMALL, "monitor.outputs=32"])
    assert (found["state"], found["new_rows"]) == ("STABLE", 0)
    assert {"kid", "clip_score", "white_background"} <= {score["score"] for score in found["scores"]}
    assert {score["change"] for score in found["scores"]} == {0.0}


@pytest.mark.filterwarnings("ignore:.*torch_dtype")  # MLflow's flavour uses an old argument name of diffusers
@pytest.mark.filterwarnings("ignore:.*type hint")
def test_mlflow_diffusers_generates_the_same_picture_as_the_recipe(starter: str) -> None:
    import mlflow.diffusers

    from components.recipes.product_images.generate.base_model import open_base
    from components.recipes.product_images.generate.generate import generate_pictures
    from components.training.diffusion.lora import swap_adapter
    from registry.aliases import production
    from registry.versions import checkpoint_of

    config = read_config(settings().models, starter, SMALL)
    version = production(starter)
    assert version is not None
    pipeline = open_base(config)
    swap_adapter(pipeline, checkpoint_of(version))
    ours = generate_pictures(pipeline, [PROMPT], [7], config.sampling)[0]
    swap_adapter(pipeline, None)
    bare = generate_pictures(pipeline, [PROMPT], [7], config.sampling)[0]

    stock = mlflow.diffusers.load_model("models:/starter@Production").load_pipeline()
    guidance = config.sampling.guidance
    picture = stock(
        PROMPT, num_inference_steps=2, guidance_scale=guidance, output_type="pt", generator=_seven()
    ).images[0]
    theirs = (picture * 255).round()
    assert (theirs - ours).abs().max() <= 1
    assert (theirs - bare).abs().mean() > 1


def test_the_code_in_the_readme_generates_a_picture_in_any_folder(starter: str, tmp_path: Path) -> None:
    (code,) = re.findall(
        r"^```python\n(import mlflow.+?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE
    )
    assert "export MLFLOW_TRACKING_URI=$(atelier where)" in (ROOT / "README.md").read_text()
    environment = {name: value for name, value in os.environ.items() if name not in ("ATELIER_HOME", "PYTHONPATH")}
    environment["MLFLOW_TRACKING_URI"] = run("where").stdout.strip()
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    side = read_config(settings().models, starter).data.size
    assert [path.name for path in tmp_path.iterdir()] == ["shoe.png"]
    with Image.open(tmp_path / "shoe.png") as picture:
        assert picture.size == (side, side)


def _seven() -> torch.Generator:
    return torch.Generator().manual_seed(7)

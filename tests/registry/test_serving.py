"""Tests: MLflow serves a version with the size, the steps and the guidance that it was scored with."""

# mypy: disable-error-code="no-untyped-call, attr-defined"

import base64
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import mlflow
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from components.core.records import Checkpoint
from components.recipes import read_config
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.generate import generate_pictures
from components.recipes.product_images.generate.golden_picture import from_png, generate_golden
from components.recipes.product_images.package import package
from components.training.diffusion.lora import swap_adapter
from registry.packaging import log_checkpoint
from registry.settings import REPOSITORY, tracking_uri
from registry.tracking import open_run
from tests.registry.starters import random_adapter, starter_config

PROMPT = "A professional product photo of black casual shoes on white background"
SECONDS = 300


def log(config: ProductImagesConfig, checkpoint: Checkpoint) -> str:
    """Log a checkpoint and return the address of its LoggedModel."""
    with open_run(config, "train", "1") as run:
        return f"models:/{log_checkpoint(run, config, package(config, checkpoint), checkpoint).id}"


def pixels(png: bytes) -> NDArray[np.int16]:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB")).astype(np.int16)


def test_the_defaults_of_a_prediction_are_the_settings_of_the_config(home: Path, tmp_path: Path) -> None:
    info = mlflow.models.get_model_info(log(starter_config(), random_adapter(starter_config(), tmp_path / "adapter")))
    defaults = {param.name: param.default for param in info.signature.params}
    assert defaults == {
        "num_inference_steps": 2,
        "guidance_scale": 2.0,
        "height": 64,
        "width": 64,
        "negative_prompt": "",
    }
    assert info.signature.inputs.input_names() == ["prompt"]


@pytest.mark.filterwarnings("ignore:.*torch_dtype")  # MLflow's own call of diffusers
@pytest.mark.filterwarnings("ignore:.*type hint")
def test_a_prediction_is_the_picture_that_is_scored(home: Path, tmp_path: Path) -> None:
    config = starter_config()
    checkpoint = random_adapter(config, tmp_path / "adapter")
    loaded = mlflow.pyfunc.load_model(log(config, checkpoint))
    with torch.random.fork_rng():
        torch.manual_seed(7)  # MLflow takes no seed: it draws the noise from torch's global one
        (png,) = loaded.predict({"prompt": [PROMPT]})
    pipeline = open_base(config)
    swap_adapter(pipeline, checkpoint)
    ours = generate_pictures(pipeline, [PROMPT], [7], config.sampling)[0].permute(1, 2, 0).numpy().astype(np.int16)
    assert np.abs(pixels(png) - ours).max() <= 1


@pytest.mark.slow
def test_the_server_of_mlflow_answers_with_a_picture_near_the_golden_one(home: Path, tmp_path: Path) -> None:
    config = read_config(REPOSITORY / "deployments" / "models", "starter")
    assert isinstance(config, ProductImagesConfig)
    checkpoint, port = random_adapter(config, tmp_path / "adapter", strength=0.001), free_port()
    server = serve(log(config, checkpoint), port)
    try:
        served = pixels(base64.b64decode(ask(port)["predictions"][0]))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)
    golden = from_png(generate_golden(config, checkpoint, PROMPT, 7).picture).astype(np.int16)
    assert served.shape == golden.shape == (64, 64, 3)
    assert np.abs(served - golden).mean() < 40  # of noise: 113


def serve(address: str, port: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "mlflow", "models", "serve", "--model-uri", address, "--env-manager", "local"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # MLflow starts uvicorn by its name
    environment = {**os.environ, "PATH": path, "MLFLOW_TRACKING_URI": tracking_uri()}
    quiet = subprocess.DEVNULL
    words = [*command, "--host", "127.0.0.1", "--port", str(port)]
    return subprocess.Popen(words, env=environment, stdout=quiet, stderr=quiet, start_new_session=True)


def ask(port: int) -> dict[str, list[str]]:
    """Ask for one picture, as soon as the server answers."""
    body = json.dumps({"inputs": {"prompt": [PROMPT]}}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/invocations", body, {"Content-Type": "application/json"})
    deadline = time.monotonic() + SECONDS
    while not (answer := answer_to(request)):
        assert time.monotonic() < deadline
        time.sleep(1)
    return answer


def answer_to(request: urllib.request.Request) -> dict[str, list[str]]:
    """Return the server's answer; empty while it does not listen yet."""
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            answer: dict[str, list[str]] = json.loads(response.read())
            return answer
    except OSError:
        return {}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

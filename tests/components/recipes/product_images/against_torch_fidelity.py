"""Tests: our features, FID, KID, Inception Score and LPIPS beside those of torch-fidelity and lpips.

They want torchvision, which breaks the project's environment, so that they run in a virtual environment of their own in
a temporary folder, which takes torch and numpy from the project's. Both sides get the same pictures and random weights,
in the layout of the published ones. Not part of the suite, since it needs a network:

    python -m tests.components.recipes.product_images.against_torch_fidelity
"""

import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from components.metrics.frechet import frechet_distance
from components.metrics.kernel import kernel_distance
from components.recipes.product_images.score.extractors import in_batches
from components.recipes.product_images.score.inception import Inception
from components.recipes.product_images.score.inception_network import make_network
from components.recipes.product_images.score.lpips import linear_layers
from components.recipes.product_images.score.weight_files import read_published
from tests.components.recipes.product_images.random_networks import (
    random_inception,
    random_lpips,
    random_trunk,
    some_pictures,
)

OTHER_SIDE = Path(__file__).with_name("torch_fidelity_scores.py")
WANTED = ("torch-fidelity==0.4.0", "lpips==0.1.4", "torchvision==0.28.0")  # torchvision as torch 2.13 wants it
TOLERANCE = 1e-3  # relative
N = 40


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        torch.save(random_inception().state_dict(), folder / "inception.pth")
        torch.save(random_trunk().state_dict(), folder / "trunk.pth")
        drawn, real = some_pictures(N, 1, 5, 72, 72), some_pictures(N, 2, 9, 72, 72)
        torch.save({"drawn": drawn, "real": real, "wide": some_pictures(4, 3, 7, 400, 310)}, folder / "pictures.pth")
        subprocess.run([_other_python(folder / "venv"), OTHER_SIDE, folder], check=True)
        return compare(ours(folder), torch.load(folder / "scores.pth"))


def ours(folder: Path) -> dict[str, Tensor]:
    network = make_network()
    network.load_state_dict(torch.load(folder / "inception.pth"))
    inception = Inception(network, "random").eval()
    pictures = torch.load(folder / "pictures.pth")
    drawn, real = (in_batches(inception, pictures[which]) for which in ("drawn", "real"))
    chances = inception.probabilities(drawn).double()
    surprise = torch.special.xlogy(chances, chances / chances.mean(0)).sum(1)
    lpips = random_lpips(read_published(linear_layers(), folder / "hub"))
    return {
        "features": drawn,
        "features of large pictures": in_batches(inception, pictures["wide"]),
        "probabilities": chances,
        "fid": torch.tensor(frechet_distance(drawn, real)),
        "kid": torch.tensor(kernel_distance(drawn, real)),
        "inception score": surprise.mean().exp(),
        "lpips": lpips.distances(pictures["drawn"], pictures["real"]),
        "lpips of large pictures": lpips.distances(pictures["wide"][:2], pictures["wide"][2:]),
    }


def compare(ours: Mapping[str, Tensor], theirs: Mapping[str, Tensor]) -> int:
    """Print the largest relative difference of each, and return 1 unless all are within the tolerance."""
    apart = {name: float((ours[name] - found).abs().max() / found.abs().max()) for name, found in theirs.items()}
    for name, difference in apart.items():
        here, there = (f"{float(values[name].double().mean()):.6f}" for values in (ours, theirs))
        sys.stdout.write(f"{name:28} ours {here:>12}  theirs {there:>12}  apart {difference:.1e}\n")
    return int(not all(difference <= TOLERANCE for difference in apart.values()))  # what is no number is not equal


def _other_python(folder: Path) -> str:
    """Make a virtual environment that has the project's packages and theirs, and return its Python."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin/python")
    site = subprocess.check_output([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True)
    Path(site.strip(), "project.pth").write_text(sysconfig.get_path("purelib"))
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", *WANTED], check=True)
    return python


if __name__ == "__main__":
    raise SystemExit(main())

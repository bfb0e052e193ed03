"""Product images: LPIPS, the perceptual distance of two pictures by the features of SqueezeNet 1.1."""

import importlib.util
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from components.core.errors import BaseModelError, DataError
from components.core.files import digest_of
from components.core.records import Score, Snapshot
from components.core.seeds import derive_seed
from components.evaluation.tensor_cache import cached_tensors
from components.metrics.diversity import lpips_diversity, pair_up
from components.metrics.means import mean_score
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.score.extractors import label
from components.recipes.product_images.score.features import read_pictures
from components.recipes.product_images.score.weight_files import read_published
from components.recipes.product_images.score.weight_sources import SQUEEZENET, Published
from components.training.device import choose_device

LAYERS = {1: 64, 4: 128, 7: 256, 9: 384, 10: 384, 11: 512, 12: 512}  # the layers that LPIPS compares, and their widths
# Mean and standard deviation of red, green and blue in -1..1, from LPIPS 0.1.
COLOURS = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
TINY = 1e-10  # avoids a division by zero, as in LPIPS 0.1


class Fire(nn.Module):
    """A 1 x 1 convolution to few channels, then two parallel convolutions (Iandola et al., SqueezeNet, 2016)."""

    def __init__(self, channels: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, values: Tensor) -> Tensor:
        squeezed = F.relu(self.squeeze(values))
        return torch.cat([F.relu(self.expand1x1(squeezed)), F.relu(self.expand3x3(squeezed))], 1)


class Lpips(nn.Module):
    """The learned perceptual distance of Zhang et al., The Unreasonable Effectiveness of Deep Features (2018)."""

    name, resize, dtype = "lpips-squeeze", "none", "float32"

    def __init__(self, trunk: nn.Sequential, lines: Mapping[str, Tensor], digest: str) -> None:
        super().__init__()
        self.trunk, self.digest = trunk, digest
        self.lines = nn.ParameterList([lines[f"lin{i}.model.1.weight"] for i in range(len(LAYERS))])

    @torch.inference_mode()
    def distances(self, a: Tensor, b: Tensor, batch: int = 64) -> Tensor:
        """Return float32 distances (N,) of uint8 pictures (N, 3, H, W) in pairs, 0 if a pair is equal.

        Pictures are not scaled: distances of pictures of different sizes are not comparable.

        Raises:
            DataError: the shapes differ.
        """
        if a.shape != b.shape:
            shapes = f"{tuple(a.shape)} and {tuple(b.shape)}"
            raise DataError(f"Pictures of shapes {shapes} cannot be compared in pairs", expected="equal shapes")
        pairs = zip(torch.split(a, batch), torch.split(b, batch), strict=True)
        return torch.cat([self(one, other).cpu() for one, other in pairs])

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """Return weighted squared differences of unit features, averaged over positions, summed over layers (eq. 1)."""
        total = torch.zeros(len(a), device=self.lines[0].device)
        values = self._pixels(torch.cat([a, b]))
        for number, layer in enumerate(self.trunk):
            values = layer(values)
            if number in LAYERS:
                one, other = (values / (values.norm(dim=1, keepdim=True) + TINY)).chunk(2)
                line = self.lines[list(LAYERS).index(number)]
                total = total + F.conv2d((one - other).square(), line).mean((1, 2, 3))
        return total

    def _pixels(self, pictures: Tensor) -> Tensor:
        mean, deviation = (torch.tensor(c, device=self.lines[0].device).view(3, 1, 1) for c in COLOURS)
        return (pictures.to(mean.device).float() / 127.5 - 1 - mean) / deviation


def load_lpips(trunk: Published = SQUEEZENET, hub: Path | None = None) -> Lpips:
    """Load LPIPS 0.1 on SqueezeNet, in fp32 on the best device.

    The trunk is torchvision's, from torch hub's folder; the linear layers come with torchmetrics.

    Raises:
        BaseModelError: as `read_published`.
    """
    lines = linear_layers()
    state = read_published(trunk, hub)
    network = make_trunk()
    network.load_state_dict({n.removeprefix("features."): t for n, t in state.items() if n.startswith("features.")})
    lpips = Lpips(network, read_published(lines, hub), digest_of([trunk.sha256, lines.sha256]))
    return lpips.eval().requires_grad_(False).to(choose_device())


def linear_layers() -> Published:
    """Return the file of the linear layers of LPIPS 0.1, in the folder of torchmetrics."""
    found = importlib.util.find_spec("torchmetrics")  # without an import, which takes seconds
    root = Path(found.origin).parent if found and found.origin else Path("torchmetrics")
    return Published(
        "LPIPS 0.1 on SqueezeNet",
        ("squeeze.pth",),
        "4a5350f23600cb79923ce65bb07cbf57dca461329894153e05a1346bd531cf76",
        "https://github.com/richzhang/PerceptualSimilarity/raw/master/lpips/weights/v0.1/squeeze.pth",
        root / "functional/image/lpips_models",
    )


def make_trunk() -> nn.Sequential:
    """Return the features of SqueezeNet 1.1, numbered as torchvision numbers them."""
    halve = partial(nn.MaxPool2d, 3, 2, ceil_mode=True)
    first = [nn.Conv2d(3, 64, 3, 2), nn.ReLU(), halve(), Fire(64, 16, 64), Fire(128, 16, 64)]
    second = [halve(), Fire(128, 32, 128), Fire(256, 32, 128), halve(), Fire(256, 48, 192), Fire(384, 48, 192)]
    return nn.Sequential(*first, *second, Fire(384, 64, 256), Fire(512, 64, 256))


NAME = "lpips_diversity"


def find_lpips() -> tuple[Lpips | None, str]:
    """Return LPIPS and an empty text, or None and the message that says where its weights are expected."""
    try:
        return load_lpips(), ""
    except BaseModelError as error:
        return None, str(error)


def score_diversity(pictures: Tensor, clusters: Tensor, lpips: Lpips, floor: float, seed: int) -> Score:
    """Return the mean LPIPS of pairs of pictures with different captions.

    Args:
        pictures: uint8 (N, 3, H, W).
        clusters: (N,) the caption's number of each picture.
        lpips: the distance.
        floor: the score of real pictures.
        seed: decides the pairs.
    """
    pairs = pair_up(clusters, seed)
    values = lpips_diversity(pictures, lpips.distances, pairs.index)
    return mean_score(NAME, values, label(lpips), pairs.clusters, derive_seed(seed, NAME), floor)


def real_diversity(snapshot: Snapshot[ProductImage], split: str, clusters: Tensor, lpips: Lpips, cache: Path) -> float:
    """Return the score of the split's real pictures, from `cache` if it was measured before."""

    def measure() -> dict[str, Tensor]:
        pictures = read_pictures(snapshot, split, snapshot.splits[split])
        index = pair_up(clusters, derive_seed(snapshot.digest, split)).index
        return {"values": lpips_diversity(pictures, lpips.distances, index)}

    values = cached_tensors(cache, [snapshot.digest, split, label(lpips), NAME], measure)["values"]
    return float(values[torch.isfinite(values)].mean())

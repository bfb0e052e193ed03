"""Tests: what torch-fidelity and lpips say. Knows nothing of this project; `against_torch_fidelity.py` starts it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset


class Pictures(Dataset[Tensor]):
    def __init__(self, pictures: Tensor) -> None:
        self.pictures = pictures

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, number: int) -> Tensor:
        return self.pictures[number]


def scores_in(folder: Path) -> dict[str, Tensor]:
    """Return the scores of `pictures.pth` on the weights `inception.pth` and `trunk.pth`, all in this folder."""
    # torchvision's compiled operators do not load beside torch for CPUs, and importing it names these two of them. None
    # of them is called here: what is used of torchvision is the description of SqueezeNet, in Python.
    for operator in ("nms", "qnms"):
        torch.library.define(f"torchvision::{operator}", "(Tensor a, Tensor b, float c) -> Tensor")
    from torch_fidelity import calculate_metrics
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    pictures = torch.load(folder / "pictures.pth")
    trunk = torch.load(folder / "trunk.pth")
    weights = str(folder / "inception.pth")
    layers = ["2048", "logits_unbiased"]
    inception = FeatureExtractorInceptionV3("random", layers, feature_extractor_weights_path=weights)
    features, logits = (torch.cat(parts) for parts in zip(*map(inception, pictures["drawn"].split(32)), strict=True))
    scores: Mapping[str, Any] = calculate_metrics(
        input1=Pictures(pictures["drawn"]),
        input2=Pictures(pictures["real"]),
        feature_extractor_weights_path=weights,
        cuda=False,
        cache=False,
        verbose=False,
        **{
            "isc": True,
            "fid": True,
            "kid": True,
            "isc_splits": 1,
            "kid_subsets": 1,
            "kid_subset_size": len(pictures["real"]),
        },
    )
    return {
        "features": features,
        "features of large pictures": inception(pictures["wide"])[0],
        "probabilities": logits.double().softmax(1),
        "fid": torch.tensor(scores["frechet_inception_distance"]),
        "kid": torch.tensor(scores["kernel_inception_distance_mean"]),
        "inception score": torch.tensor(scores["inception_score_mean"]),
        "lpips": _distances(trunk, pictures["drawn"], pictures["real"]),
        "lpips of large pictures": _distances(trunk, pictures["wide"][:2], pictures["wide"][2:]),
    }


@torch.no_grad()
def _distances(trunk: Mapping[str, Tensor], a: Tensor, b: Tensor) -> Tensor:
    import lpips

    metric = lpips.LPIPS(net="squeeze", pnet_rand=True, verbose=False)  # the linear layers are those of the package
    # It calls layer 3 slice2.3, the trunk calls it 3.
    metric.net.load_state_dict({name: trunk[name.split(".", 1)[1]] for name in metric.net.state_dict()})
    found: Tensor = metric(a / 127.5 - 1, b / 127.5 - 1).flatten()
    return found


if __name__ == "__main__":
    torch.save(scores_in(Path(sys.argv[1])), Path(sys.argv[1]) / "scores.pth")

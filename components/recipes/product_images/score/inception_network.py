"""Product images: the network of Inception-v3, in the variant that FID uses.

Source: Szegedy et al., Rethinking the Inception Architecture for Computer Vision (2015), without the auxiliary
classifier. The graph of Heusel et al. (2017) differs from the usual one: averages exclude the padding, the last block
uses maximum pooling, and there are 1008 classes. Parameters are named as in the published file.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Kernels = tuple[tuple[int, int], ...]  # (height, width); two kernels are applied to the same input in parallel
POINT, THREE, FIVE, ROW, COLUMN = ((1, 1),), ((3, 3),), ((5, 5),), ((1, 7),), ((7, 1),)
CROSS = ((1, 3), (3, 1))
CLASSES = 1008


class Layer(NamedTuple):
    width: int
    kernels: Kernels = POINT
    stride: int = 1  # the layers that halve the picture have no padding


Branches = Mapping[str, Sequence[Layer]]
Pool = Callable[[Tensor], Tensor]
AVERAGE: Pool = partial(F.avg_pool2d, kernel_size=3, stride=1, padding=1, count_include_pad=False)
LARGEST: Pool = partial(F.max_pool2d, kernel_size=3, stride=1, padding=1)
HALVE: Pool = partial(F.max_pool2d, kernel_size=3, stride=2)


class Convolution(nn.Module):
    """A convolution without bias, batch normalisation and ReLU."""

    def __init__(
        self, channels: int, width: int, kernel: tuple[int, int], stride: int = 1, padded: bool = True
    ) -> None:
        super().__init__()
        padding = (kernel[0] // 2, kernel[1] // 2) if padded else (0, 0)
        self.conv = nn.Conv2d(channels, width, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(width, eps=0.001)

    def forward(self, values: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(values)))


class Block(nn.Module):
    """Parallel branches whose results are concatenated; the input of `branch_pool` is pooled first."""

    def __init__(self, channels: int, branches: Branches, pool: Pool) -> None:
        super().__init__()
        self.pool = pool
        self.paths: dict[str, list[list[str]]] = {}
        self.width = sum(self._add(name, channels, layers) for name, layers in branches.items())

    def _add(self, branch: str, channels: int, layers: Sequence[Layer]) -> int:
        """Add a branch, one list of names a layer, and return how many channels come out of it."""
        self.paths[branch] = []
        for number, (width, kernels, stride) in enumerate(layers, 1):
            name = branch if len(layers) == 1 else f"{branch}_{number}"
            names = [name] if len(kernels) == 1 else [f"{name}a", f"{name}b"]
            for each, kernel in zip(names, kernels, strict=True):
                self.add_module(each, Convolution(channels, width, kernel, stride, padded=stride == 1))
            self.paths[branch].append(names)
            channels = width * len(kernels)
        return channels

    def forward(self, values: Tensor) -> Tensor:
        return torch.cat([self._follow(branch, values) for branch in self.paths], 1)

    def _follow(self, branch: str, values: Tensor) -> Tensor:
        if branch == "branch_pool":
            values = self.pool(values)
        for names in self.paths[branch]:
            values = torch.cat([self.get_submodule(name)(values) for name in names], 1)
        return values


def _branches_5(pooled: int) -> Branches:
    return {
        "branch1x1": [Layer(64)],
        "branch5x5": [Layer(48), Layer(64, FIVE)],
        "branch3x3dbl": [Layer(64), Layer(96, THREE), Layer(96, THREE)],
        "branch_pool": [Layer(pooled)],
    }


def _branches_6(width: int) -> Branches:
    row, column = Layer(width, ROW), Layer(width, COLUMN)
    return {
        "branch1x1": [Layer(192)],
        "branch7x7": [Layer(width), row, Layer(192, COLUMN)],
        "branch7x7dbl": [Layer(width), column, row, column, Layer(192, ROW)],
        "branch_pool": [Layer(192)],
    }


FIRST_HALVING: Branches = {
    "branch3x3": [Layer(384, THREE, 2)],
    "branch3x3dbl": [Layer(64), Layer(96, THREE), Layer(96, THREE, 2)],
    "branch_pool": [],
}
SECOND_HALVING: Branches = {
    "branch3x3": [Layer(192), Layer(320, THREE, 2)],
    "branch7x7x3": [Layer(192), Layer(192, ROW), Layer(192, COLUMN), Layer(192, THREE, 2)],
    "branch_pool": [],
}
BRANCHES_7: Branches = {
    "branch1x1": [Layer(320)],
    "branch3x3": [Layer(384), Layer(384, CROSS)],
    "branch3x3dbl": [Layer(448), Layer(384, THREE), Layer(384, CROSS)],
    "branch_pool": [Layer(192)],
}
BLOCKS: Mapping[str, tuple[Branches, Pool]] = {
    "Mixed_5b": (_branches_5(32), AVERAGE),
    "Mixed_5c": (_branches_5(64), AVERAGE),
    "Mixed_5d": (_branches_5(64), AVERAGE),
    "Mixed_6a": (FIRST_HALVING, HALVE),
    "Mixed_6b": (_branches_6(128), AVERAGE),
    "Mixed_6c": (_branches_6(160), AVERAGE),
    "Mixed_6d": (_branches_6(160), AVERAGE),
    "Mixed_6e": (_branches_6(192), AVERAGE),
    "Mixed_7a": (SECOND_HALVING, HALVE),
    "Mixed_7b": (BRANCHES_7, AVERAGE),
    "Mixed_7c": (BRANCHES_7, LARGEST),
}


def make_network() -> nn.Sequential:
    """Return the network from pixels (N, 3, 299, 299) in -1..1 to the logits (N, 1008) of `fc`, its last part."""
    parts: dict[str, nn.Module] = {
        "Conv2d_1a_3x3": Convolution(3, 32, (3, 3), 2, padded=False),
        "Conv2d_2a_3x3": Convolution(32, 32, (3, 3), padded=False),
        "Conv2d_2b_3x3": Convolution(32, 64, (3, 3)),
        "halve_1": nn.MaxPool2d(3, 2),
        "Conv2d_3b_1x1": Convolution(64, 80, (1, 1)),
        "Conv2d_4a_3x3": Convolution(80, 192, (3, 3), padded=False),
        "halve_2": nn.MaxPool2d(3, 2),
    }
    width = 192
    for name, (branches, pool) in BLOCKS.items():
        parts[name] = block = Block(width, branches, pool)
        width = block.width
    parts |= {"mean": nn.AdaptiveAvgPool2d(1), "flat": nn.Flatten(), "fc": nn.Linear(width, CLASSES)}
    return nn.Sequential(OrderedDict(parts))

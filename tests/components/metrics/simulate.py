"""Tests: error rates and power of comparisons in simulations (`python -m tests.components.metrics.simulate`).

Pictures are in the order of an evaluation: every caption once, then every caption again with new seeds.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import torch
from scipy.special import ndtr
from torch import Tensor

from components.core.records import Comparison
from components.core.seeds import derive_seed
from components.data.drawn_catalogue.drawing.colours import COLOURS
from components.metrics.comparison import NORMAL, Pair, compare_kernel_distances, compare_means
from components.metrics.sequential import looks, standard_errors, widen
from components.recipes.product_images.starter.training.pictures import draw_set
from components.recipes.product_images.starter.vision import load_vision

Look = Callable[[int], Comparison]  # n -> the comparison after the first n pictures of each
World = Callable[[float, int], Look]  # (how much worse ours is, 0 for the same generator; seed) -> its looks
WIDTH, CAPTIONS, REAL_CAPTIONS, REAL, MOST = 8, 60, 80, 120, 400
MEANS_GAP, KERNELS_GAP = 0.47, 0.2
REPEATS = 1000
TIGHTEST = 32  # pictures at the first look
SHOES = ("Sports Shoes", "Boots", "Heels")


def numbers(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def means(gap: float, seed: int) -> Look:
    """Simulate a score whose variance is half due to captions; the loss of ours differs between captions."""
    captions = torch.arange(MOST) % CAPTIONS
    shown = numbers(2, CAPTIONS, seed=derive_seed(seed, "captions"))[:, captions]
    own = numbers(2, MOST, seed=derive_seed(seed, "pictures"))
    ours, theirs = shown[0] + own[0] - gap * (1 + shown[1] / 2), shown[0] + own[1]
    return lambda n: compare_means(Pair("clip_score", "ours", "theirs"), ours[:n], theirs[:n], captions[:n], seed)


def kernels(gap: float, seed: int) -> Look:
    """Simulate features that depend on the caption. Both generators follow it less than real pictures do."""
    captions, real_captions = torch.arange(MOST) % CAPTIONS, torch.arange(REAL) % REAL_CAPTIONS
    shown = numbers(REAL_CAPTIONS, WIDTH, seed=derive_seed(seed, "captions"))
    own = numbers(2, MOST, WIDTH, seed=derive_seed(seed, "pictures"))
    theirs = 0.7 * shown[captions] + own[0] + 0.3
    ours = 0.7 * shown[captions] + own[1] + 0.3 + gap
    real = shown[real_captions] + numbers(REAL, WIDTH, seed=derive_seed(seed, "real"))
    pair, clusters = Pair("kid", "ours", "theirs"), (captions, real_captions)
    return lambda n: compare_kernel_distances(pair, ours[:n], theirs[:n], real, (clusters[0][:n], clusters[1]), seed)


@cache
def drawn_features() -> tuple[Tensor, Tensor]:
    """Return starter-vision's features of drawn shoes: (captions, 4, width) on grey, (captions, 2, width) on white."""
    grey, white = (draw_set(SHOES, each, each, workers=1, grey_share=share) for each, share in ((4, 1.0), (2, 0.0)))
    look = load_vision()
    captions = len(SHOES) * len(COLOURS)
    return look(grey.pictures).view(captions, 4, -1), look(white.pictures).view(captions, 2, -1)


def drawn_shoes(gap: float, seed: int) -> Look:
    """Simulate one generator of shoes on grey (real ones are on white), whose pictures are split into random halves."""
    drawn, real = drawn_features()
    captions = torch.randperm(len(drawn), generator=torch.Generator().manual_seed(seed))
    halves = numbers(len(drawn), 4, seed=derive_seed(seed, "halves")).argsort(1)[captions]
    ours, theirs, more, others = drawn[captions[:, None], halves].unbind(1)
    a, b = torch.cat([ours, more]) + gap, torch.cat([theirs, others])
    clusters = captions.repeat(2), torch.arange(len(real)).repeat_interleave(2)
    pair = Pair("kid", "ours", "theirs")
    return lambda n: compare_kernel_distances(
        pair, a[:n], b[:n], real.flatten(0, 1), (clusters[0][:n], clusters[1]), seed
    )


@dataclass(frozen=True)
class Errors:
    """The shares of repeats whose interval does not cover the truth."""

    once: float  # a single look, at the last number of pictures
    every: float  # the interval for a single look, at any of the looks
    sequence: float  # the confidence sequence, at any of the looks


@cache
def errors(world: World, gap: float, last: int, repeats: int) -> Errors:
    """Return how often intervals miss the expected difference at this number of pictures (0 for the same generator).

    There is a look after 32 pictures of each, after every 32 more, and after the last.
    """
    at = looks(TIGHTEST, last, 32)
    runs = [[look(n) for n in at] for look in (world(gap, seed) for seed in range(repeats))]
    truth = [sum(run[i].difference for run in runs) / repeats if gap else 0.0 for i in range(len(at))]
    missed = torch.tensor([[misses(*pair) for pair in zip(run, truth, strict=True)] for run in runs])
    wide = [[misses(widen(c, TIGHTEST), true) for c, true in zip(run, truth, strict=True)] for run in runs]
    shares = (missed[:, -1], missed.any(1), torch.tensor(wide).any(1))
    return Errors(*(float(share.double().mean()) for share in shares))


def misses(comparison: Comparison, truth: float) -> bool:
    return not comparison.low <= truth <= comparison.high


def typical(world: World, gap: float, n: int, repeats: int) -> Comparison:
    """Return a comparison with the mean difference and the mean variance, over seeds that are used here only."""
    seen = [world(gap, derive_seed("typical", seed))(n) for seed in range(repeats)]
    difference = sum(c.difference for c in seen) / repeats
    reach = math.sqrt(sum(((c.high - c.low) / 2) ** 2 for c in seen) / repeats)
    enough = math.ceil(n * (reach / difference) ** 2)
    return replace(seen[0], difference=difference, low=difference - reach, high=difference + reach, enough=enough)


def allowance(share: float, repeats: int) -> float:
    """Return three binomial deviations of a share."""
    return 3 * math.sqrt(share * (1 - share) / repeats)


def found(world: World, gap: float, n: int, repeats: int) -> float:
    """Return how often a single look after n pictures decides."""
    return sum(world(gap, seed)(n).decided for seed in range(repeats)) / repeats


def found_in_sequence(world: World, gap: float, last: int, repeats: int) -> float:
    """Return how often the confidence sequence decides at one of the looks."""
    at = looks(TIGHTEST, last, 32)
    seen = (world(gap, seed) for seed in range(repeats))
    return sum(any(widen(look(n), TIGHTEST).decided for n in at) for look in seen) / repeats


def predicted(times: float) -> float:
    """Return how often a single look after `times` x enough pictures decides: P(Z > 1.96 - 1.96 sqrt(times))."""
    return float(ndtr(NORMAL * (math.sqrt(times) - 1)))


def predicted_in_sequence(enough: int, times: float) -> float:
    """Return how often the last look decides, after `times` x enough pictures. Earlier looks can only add to it."""
    seen = standard_errors(enough / TIGHTEST) * math.sqrt(times)
    return float(ndtr(seen - standard_errors(enough * times / TIGHTEST)))


def print_errors(repeats: int) -> None:
    say("| truth outside, share of repeats | looks | one look, at the last | one look, at any | sequence, at any |")
    say("| --- | --- | --- | --- | --- |")
    for name, world, gap, last in (
        ("A/A, means", means, 0.0, 256),
        ("A/A, KID", kernels, 0.0, 256),
        ("A/A, KID of drawn shoes", drawn_shoes, 0.0, 78),
        ("ours worse, means", means, MEANS_GAP, 256),
        ("ours worse, KID", kernels, KERNELS_GAP, 256),
    ):
        seen, at = errors(world, gap, last, repeats), looks(TIGHTEST, last, 32)
        say(f"| {name} | {len(at)}, {at[0]}-{at[-1]} | {seen.once:.1%} | {seen.every:.1%} | {seen.sequence:.1%} |")


def print_power(repeats: int) -> None:
    say("| found, share of repeats | times enough | pictures | predicted | one look | pictures | at least | sequence |")
    say("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, world, gap in (("means", means, MEANS_GAP), ("KID", kernels, KERNELS_GAP)):
        one_look = typical(world, gap, CAPTIONS, 100)
        enough, lasting = one_look.enough or 0, widen(one_look, TIGHTEST).enough or 0
        for times in (1.0, 1.5, 2.2, 2.75):
            n, last = round(times * enough), round(times * lasting)
            once = f"{n} | {predicted(times):.1%} | {found(world, gap, n, repeats):.1%}"
            share = found_in_sequence(world, gap, last, repeats)
            say(f"| {name} | {times} | {once} | {last} | {predicted_in_sequence(lasting, times):.1%} | {share:.1%} |")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    torch.set_num_threads(1)
    say(f"{REPEATS} repeats; three binomial deviations of 5 % are {allowance(0.05, REPEATS):.1%}")
    print_errors(REPEATS)
    print_power(REPEATS)

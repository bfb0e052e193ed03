"""Tests: CLIP score and text match equal those of torchmetrics and scikit-learn, with negative values and ties too."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import top_k_accuracy_score
from torch import Tensor, nn
from torchmetrics.multimodal.clip_score import CLIPScore

from components.metrics.agreement import cosines, text_match


def embeddings(n: int, seed: int) -> Tensor:
    return torch.randn(n, 6, generator=torch.Generator().manual_seed(seed))


class PrecomputedEmbeddings(nn.Module):
    """Replaces the CLIP model of torchmetrics, with embeddings that are computed already."""

    def get_image_features(self, pixels: Tensor) -> Tensor:
        return pixels.flatten(1)


def torchmetrics_clip_score(pictures: Tensor, texts: Tensor) -> float:
    """Return the mean of its sums, since its `compute` replaces values below 0 by 0."""
    metric = CLIPScore(
        lambda: (PrecomputedEmbeddings(), lambda images, **_: {"pixel_values": torch.stack(list(images))})
    )
    metric.update(list(pictures.double()[..., None, None]), list(texts.double()[..., None, None]))
    return float(metric.score / metric.n_samples) / 100


@pytest.mark.parametrize("sign", [1, -1])
def test_the_mean_cosine_is_a_hundredth_of_torchmetrics_clip_score(sign: int) -> None:
    pictures = embeddings(40, seed=1)
    texts = sign * (pictures + embeddings(40, seed=2))
    assert float(cosines(pictures, texts).mean()) == pytest.approx(torchmetrics_clip_score(pictures, texts), abs=1e-6)


def test_pictures_that_contradict_their_prompts_score_below_zero() -> None:
    pictures = embeddings(40, seed=1)
    assert cosines(pictures, -pictures).tolist() == pytest.approx([-1] * 40)
    assert cosines(pictures, 3 * pictures).tolist() == pytest.approx([1] * 40)


@given(n=st.integers(2, 30), noise=st.floats(0, 3), seed=st.integers(0, 2**31))
def test_text_match_equals_scikit_learns_top_1_accuracy_for_different_texts(n: int, noise: float, seed: int) -> None:
    texts = torch.nn.functional.normalize(embeddings(n, seed))
    pictures = texts + noise * embeddings(n, seed + 1)
    theirs = (
        top_k_accuracy_score(range(n), (pictures @ texts.T)[:, :n].numpy(), k=1, labels=range(n)) if n > 2 else None
    )
    ours = text_match(pictures, texts)
    assert set(ours.tolist()) <= {0.0, 1.0}
    assert theirs is None or float(ours.mean()) == pytest.approx(theirs)


def test_equal_texts_count_as_one_text() -> None:
    texts = embeddings(5, seed=1)[torch.tensor([0, 0, 1, 2, 2])]
    assert text_match(texts.clone(), texts).tolist() == [1] * 5


def test_a_tie_between_the_own_and_another_text_is_not_a_match() -> None:
    texts = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    assert text_match(torch.tensor([[1.0, 1.0], [0.0, 0.0]]), texts).tolist() == [0, 0]


def test_text_match_is_nan_for_a_single_text() -> None:
    assert text_match(embeddings(3, seed=1), embeddings(1, seed=2).expand(3, 6)).isnan().all()

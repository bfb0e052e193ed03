"""Tests: pictures are matched with their texts as others match them, also below zero and in ties."""

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


class Given(nn.Module):
    """Stands where torchmetrics expects CLIP: the embeddings were computed before."""

    def get_image_features(self, pixels: Tensor) -> Tensor:
        return pixels.flatten(1)


def as_torchmetrics_has_it(pictures: Tensor, texts: Tensor) -> float:
    """Its sums are read: its `compute` shows what is below 0 as 0."""
    metric = CLIPScore(lambda: (Given(), lambda images, **_: {"pixel_values": torch.stack(list(images))}))
    metric.update(list(pictures.double()[..., None, None]), list(texts.double()[..., None, None]))
    return float(metric.score / metric.n_samples) / 100


@pytest.mark.parametrize("sign", [1, -1])
def test_the_mean_cosine_is_torchmetrics_clip_score_by_a_hundred(sign: int) -> None:
    pictures = embeddings(40, seed=1)
    texts = sign * (pictures + embeddings(40, seed=2))
    assert float(cosines(pictures, texts).mean()) == pytest.approx(as_torchmetrics_has_it(pictures, texts), abs=1e-6)


def test_pictures_that_contradict_their_prompts_score_below_zero() -> None:
    pictures = embeddings(40, seed=1)
    assert cosines(pictures, -pictures).tolist() == pytest.approx([-1] * 40)
    assert cosines(pictures, 3 * pictures).tolist() == pytest.approx([1] * 40)


@given(n=st.integers(2, 30), noise=st.floats(0, 3), seed=st.integers(0, 2**31))
def test_retrieval_is_scikit_learns_where_all_texts_differ(n: int, noise: float, seed: int) -> None:
    texts = torch.nn.functional.normalize(embeddings(n, seed))
    pictures = texts + noise * embeddings(n, seed + 1)
    theirs = (
        top_k_accuracy_score(range(n), (pictures @ texts.T)[:, :n].numpy(), k=1, labels=range(n)) if n > 2 else None
    )
    ours = text_match(pictures, texts)
    assert set(ours.tolist()) <= {0.0, 1.0}
    assert theirs is None or float(ours.mean()) == pytest.approx(theirs)


def test_a_text_that_comes_twice_is_one_text() -> None:
    texts = embeddings(5, seed=1)[torch.tensor([0, 0, 1, 2, 2])]
    assert text_match(texts.clone(), texts).tolist() == [1] * 5


def test_a_picture_as_like_another_text_as_its_own_is_no_match() -> None:
    texts = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    assert text_match(torch.tensor([[1.0, 1.0], [0.0, 0.0]]), texts).tolist() == [0, 0]


def test_one_text_alone_cannot_be_told_from_another() -> None:
    assert text_match(embeddings(3, seed=1), embeddings(1, seed=2).expand(3, 6)).isnan().all()

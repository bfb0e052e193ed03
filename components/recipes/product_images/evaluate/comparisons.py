"""Product images: compare two subjects on KID, the only score of whole sets for which a bootstrap is valid."""

from typing import Any

from torch import Tensor

from components.core.records import Comparison
from components.evaluation.comparisons import CompareSets
from components.evaluation.subjects import Subject
from components.metrics.comparison import Pair, compare_kernel_distances
from components.recipes.product_images.prompt_plan import PromptPlan


def compare_kid(real: Tensor, plan: PromptPlan) -> CompareSets:
    """Return the function that compares two subjects by their features and those (M, width) of real pictures."""

    def compare(pair: Pair, ours: Subject[Any], theirs: Subject[Any], seed: int) -> Comparison:
        mine, others = ours.outputs.extracted.features, theirs.outputs.extracted.features
        return compare_kernel_distances(pair, mine, others, real, plan.first(len(mine)).clusters, seed)

    return compare

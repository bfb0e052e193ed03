"""Product images: the targets of a product photograph, and the scores that the report shows first."""

from collections.abc import Mapping

from components.evaluation.report import Noun, Target

PICTURES = Noun("picture", "pictures")
SAME = "the same prompts and seeds"
SHOWN = ("fid", "kid", "clip_score", "recall", "coverage", "attribute_agreement", "white_background")
KEPT = 0.9  # our choice: pictures may be up to a tenth less diverse than real ones (non-inferiority)

TARGETS: Mapping[str, Target] = {
    "White background": Target("white_background", +1, 0.95),
    "Product in the middle": Target("centred", +1, 0.90),
    "Diversity kept (recall)": Target("recall", +1, KEPT, of_floor=True),
    "Diversity kept (coverage)": Target("coverage", +1, KEPT, of_floor=True),
    "FID, minimum": Target("fid", -1, 80, extractor="inception"),
    "FID, target": Target("fid", -1, 50, extractor="inception"),
    "FID, excellent": Target("fid", -1, 30, extractor="inception"),
    "Inception score": Target("inception_score", +1, 5, extractor="inception"),
    "Picture fits its prompt (CLIP)": Target("clip_score", +1, 0.25, extractor="clip"),
    "Right type of product": Target("article_agreement", +1, 0.85),
    "Attributes as asked": Target("attribute_agreement", +1, 0.90),
    "Picture and text match": Target("text_match", +1, 0.80),
    "Realism, of 5, by people": Target("realism", +1, 3.5, rated=True),
}


def unfit_scores(usable: Mapping[str, bool]) -> dict[str, str]:
    """Return why the bounds of a score cannot be checked: its classifiers are not good enough on real pictures.

    `usable` says for each attribute whether its classifier is good enough.
    """
    found = {
        f"{name}_agreement": f"the classifier of {name} is not good enough on real pictures"
        for name, is_usable in usable.items()
        if not is_usable
    }
    if usable and not any(usable.values()):
        found["attribute_agreement"] = "no classifier of attributes is good enough on real pictures"
    return found

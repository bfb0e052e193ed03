"""Product descriptions: the targets of the report, and what they mean."""

from collections.abc import Mapping

from components.evaluation.report import Noun, Target

TEXTS = Noun("description", "descriptions")
SAME = "the same products and seeds"
KEPT = 0.9  # our choice: texts may be up to a tenth less faithful than real ones (non-inferiority)

TARGETS: Mapping[str, Target] = {
    "Perplexity, the plan's target": Target("perplexity", -1, 30),
    "BLEU, the plan's target": Target("bleu", +1, 0.3),
    "As faithful as real texts": Target("faithfulness", +1, KEPT, of_floor=True),
    "Contradicts nothing": Target("contradicted", -1, 0.05),
    "No copies": Target("memorised", -1, 0.05),
    "Length as asked": Target("length_fits", +1, 0.9),
    "No banned claims": Target("banned_claims", -1, 0.02),
    "Repeats nothing": Target("repetition", -1, 0.05),
    "Would publish, of 5, by people": Target("would_publish", +1, 3.5, rated=True),
}
MEANINGS = (
    "The plan's target of a perplexity below 30 is for a token: a model of few, short tokens reaches it without "
    "writing well. Bits per byte compare models; perplexity does only between models of one tokenizer.",
    "The plan's target of a BLEU above 0.3 is for translations, where the source says what to write. Two people "
    "describe one product in other words: the floor is the BLEU of real texts of like products. A BLEU far above it "
    "means copies of the training texts' sentences, so look at memorised and copied beside it. It gates nothing.",
)

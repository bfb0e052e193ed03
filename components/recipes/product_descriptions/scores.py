"""Product descriptions: the table of the scores that models of descriptions have."""

from typing import Any

from components.core.metric_table import Interval, Metric, Metrics

INFINITY = float("inf")
BOOTSTRAP, WILSON, SET, PAIRS = Interval.BOOTSTRAP, Interval.WILSON, Interval.RESAMPLED, Interval.PAIRS
FEWEST = 16  # texts: with fewer a score ranks nothing
REAL = ("real descriptions",)


def _share(title: str, meaning: str, better: int, interval: Interval, **named: Any) -> Metric:
    return Metric(title, meaning, better, "share", 0, 1, interval, FEWEST, **named)


SCORES: Metrics = {
    # Of the real descriptions of held-out products, as the model predicts them
    "bits_per_byte": Metric(
        "Bits per byte",
        "bits that the model needs for a byte of a real held-out description, given its prompt; the mean of the texts",
        -1,
        "bits",
        0,
        INFINITY,
        BOOTSTRAP,
        FEWEST,
        REAL,
        note="tokenizers compare: it does not count tokens",
    ),
    "perplexity": Metric(
        "Perplexity",
        "exp of the mean loss per token of real held-out descriptions, given their prompts",
        -1,
        "tokens",
        1,
        INFINITY,
        SET,
        FEWEST,
        REAL,
        decimals=2,
        note="compare models of one tokenizer only",
    ),
    # Of generated descriptions, against the attributes of their products
    "faithfulness": _share(
        "Faithfulness",
        "attributes of the prompt that a text states and does not contradict, of these and of those it invents",
        +1,
        BOOTSTRAP,
        note="by a checker that errs: the report has its errors on real descriptions beside it",
    ),
    "stated": _share("Stated", "share of the attributes of the prompt that a text states", +1, BOOTSTRAP),
    "contradicted": _share("Contradicted", "share of texts that contradict an attribute of the prompt", -1, WILSON),
    "invented": _share("Invented", "share of texts that state an attribute that the product does not have", -1, WILSON),
    # Against the real description of the same product
    "bleu": _share(
        "BLEU",
        "n-grams in common with the one real description of the same product (sacrebleu, of the whole set)",
        +1,
        SET,
        needs=REAL,
        note="the floor is that of another real description of a like product: people too write other words",
    ),
    "rouge_1": _share("ROUGE-1", "words in common with the real description, F-measure", +1, BOOTSTRAP, needs=REAL),
    "rouge_l": _share(
        "ROUGE-L", "longest common subsequence with the real description, F-measure", +1, BOOTSTRAP, needs=REAL
    ),
    # Variety
    "self_bleu": _share("Self-BLEU", "BLEU of a text with the other texts as references", -1, PAIRS),
    "distinct_1": _share(
        "Distinct words", "different words, of all words of the set", +1, SET, note="compare at equal n only"
    ),
    "distinct_2": _share(
        "Distinct pairs", "different pairs of words, of all of the set", +1, SET, note="compare at equal n only"
    ),
    "repetition": _share("Repetition", "share of a text's 4-word sequences that it has had before", -1, BOOTSTRAP),
    # Words
    "unknown_words": _share(
        "Unknown words",
        "share of a text's words (4 letters or more) that neither a training text nor its attributes have",
        -1,
        BOOTSTRAP,
        needs=REAL,
        note="made-up words and rare ones: real held-out texts, the floor, have rare ones too",
    ),
    # Copies
    "copied": _share(
        "Copied", "share of a text's 8-word sequences that a training text has", -1, BOOTSTRAP, needs=REAL
    ),
    "memorised": _share(
        "Memorised",
        "share of texts nearer to a training text than held-out real ones are",
        -1,
        WILSON,
        needs=REAL,
        note="about 1 % of real texts count as memorised, by definition",
    ),
    # Form
    "length": Metric("Length", "words of a text", +1, "words", 0, INFINITY, BOOTSTRAP, FEWEST, decimals=1),
    "length_fits": _share("Length fits", "share of texts as long as data.words says", +1, WILSON),
    "reading_level": Metric(
        "Reading level",
        "US school grade that a reader needs (Automated Readability Index)",
        -1,
        "grades",
        -INFINITY,
        INFINITY,
        BOOTSTRAP,
        FEWEST,
        decimals=1,
        note="neither high nor low is good by itself: compare with real texts",
    ),
    "banned_claims": _share("Banned claims", "share of texts with a claim of evaluate.banned", -1, WILSON),
}
SHOWN = ("bits_per_byte", "perplexity", "faithfulness", "contradicted", "bleu", "self_bleu", "memorised")

"""Product descriptions: what people are asked about a text, which they see beside the attributes of its product."""

from components.core.rated_outputs import Question, RatedOutputs

RATED = RatedOutputs(
    form="text",
    folder="texts",
    noun="description",
    plural="descriptions",
    mixed="descriptions by people and by models",
    questions={
        "fits_product": Question("Does it describe such a product?", "another product", "exactly such a product"),
        "true_to_attributes": Question("Is it true to the attributes?", "contradicts them", "states them, all right"),
        "would_publish": Question("Would you publish it?", "never", "as it is"),
    },
)

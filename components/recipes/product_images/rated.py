"""Product images: what people are asked about a picture."""

from components.core.rated_outputs import Question, RatedOutputs

RATED = RatedOutputs(
    form="image",
    folder="pictures",
    noun="picture",
    plural="pictures",
    mixed="photographs and generated pictures",
    questions={
        "realism": Question("How real does it look?", "clearly artificial", "a real photograph"),
        "category": Question("Does it fit the category “{category}”?", "not at all", "entirely"),
        "quality": Question("Is it of professional quality?", "unusable", "ready for the shop"),
    },
)

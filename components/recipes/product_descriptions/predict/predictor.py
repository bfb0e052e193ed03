"""Product descriptions: a loaded version, which writes descriptions of products from their attributes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.core.files import digest_of
from components.core.predictor import Check
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.predict.checking import checks_of
from components.recipes.product_descriptions.predict.requests import DescriptionRequest, DescriptionResponse
from components.recipes.product_descriptions.predict.writer import Writer, writer_of
from components.recipes.product_descriptions.prompts import fields_of
from components.recipes.product_descriptions.score.faithfulness import Checker
from components.recipes.product_descriptions.score.known_words import KnownWords
from components.recipes.product_descriptions.score.lexicon import make_lexicon
from components.recipes.product_descriptions.version_files import Writing, read_checking


@dataclass(frozen=True, slots=True)
class DescriptionPredictor:
    """A version, or the base model alone. The same request gives the same texts, alone and among others."""

    writer: Writer
    checker: Checker
    words: KnownWords | None
    log: RunLog
    request: type[DescriptionRequest] = DescriptionRequest
    response: type[DescriptionResponse] = DescriptionResponse

    def predict(self, request: DescriptionRequest, /) -> DescriptionResponse:
        """Write the texts of a request. Raises as `Writer.write`."""
        return self.predict_together([request])[0]

    def predict_together(self, requests: Sequence[DescriptionRequest], /) -> list[DescriptionResponse]:
        """Write the texts of several requests in common batches."""
        asked = [(request, request.seed + number) for request in requests for number in range(request.count)]
        texts = iter(self._write(asked))
        return [
            DescriptionResponse(
                texts=tuple(next(texts) for _ in range(request.count)),
                seeds=tuple(request.seed + number for number in range(request.count)),
                attributes=request.attributes,
            )
            for request in requests
        ]

    def _write(self, asked: Sequence[tuple[DescriptionRequest, int]]) -> list[str]:
        """Return the text of each request and seed; those of one form are written in common batches."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, (request, _) in enumerate(asked):
            places[digest_of(request.json_schema)].append(place)
        written: dict[int, str] = {}
        for alike in places.values():
            schema = asked[alike[0]][0].json_schema
            writer = self.writer if schema is None else self.writer.with_settings(json_schema=schema)
            products, seeds = [asked[place][0].attributes for place in alike], [asked[place][1] for place in alike]
            written |= zip(alike, writer.write(products, seeds, self._progress), strict=True)
        return [written[place] for place in range(len(asked))]

    def check(
        self, request: DescriptionRequest, response: DescriptionResponse, attributes: Mapping[str, str], /
    ) -> list[list[Check]]:
        """Return the checks of each text: its length, its words, and each attribute that can be checked."""
        return checks_of(self.checker, self.words, response.texts, attributes)

    def _progress(self, done: int, total: int) -> None:
        self.log.progress("generate texts", done, total)


def load(config: ProductDescriptionsConfig, checkpoint: Checkpoint | None, log: RunLog) -> DescriptionPredictor:
    """Return the predictor of a version, or of the base model. The base model is opened at the first prediction.

    The base model's texts are checked for the values that we know words for, as it has no training texts.
    """
    if checkpoint is not None:
        checking = read_checking(checkpoint.folder)
        writer = writer_of(checkpoint.folder, checkpoint)
        return DescriptionPredictor(writer, Checker(make_lexicon(checking.values)), checking.words, log)
    writing = Writing(
        prompt=config.data.prompt,
        base=config.base,
        base_digest=config.base_digest(),
        precision=config.train.precision,
        generation=config.generation,
    )
    named = dict.fromkeys(fields_of(config.data.prompt), ())
    return DescriptionPredictor(Writer(writing, None), Checker(make_lexicon(named)), None, log)

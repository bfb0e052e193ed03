"""Product images: the sections of the YAML of a model that draws product pictures."""

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from components.core.config import ModelConfig, Strict

PositiveInt = Annotated[int, Field(gt=0)]
CAPTION_FIELDS = frozenset({"colour", "article", "season", "gender", "brand", "usage", "year", "name"})


class SplitShares(Strict):
    """Percent of the content groups in each split; together 100."""

    train: int = 70
    validation: int = 15
    test: int = 15

    @model_validator(mode="after")
    def _is_whole(self) -> "SplitShares":
        shares = (self.train, self.validation, self.test)
        if sum(shares) != 100 or min(shares) < 1:
            raise ValueError(f"expected three shares of at least 1 that add up to 100, found {shares}")
        return self


class DataSettings(Strict):
    """Which rows of the catalogue become examples, and how they are shown and told."""

    catalogue: str  # a folder in the Kaggle layout, or `drawn`: the pictures that the project draws itself
    where: Mapping[str, Sequence[str]]  # column of styles.csv -> accepted values
    size: Annotated[int, Field(ge=32, le=2048, multiple_of=8)]  # side of the square pictures, pixels
    caption: str
    split: SplitShares = SplitShares()
    smallest_split: PositiveInt = 16  # fewer examples than this in any split is an error
    # Up to this Hamming distance of 256-bit perceptual hashes two pictures are one for the split. Hashes of 64 bits
    # cannot tell products of one silhouette apart, and would put all of them into one group.
    near_duplicate_bits: Annotated[int, Field(ge=0, le=64)] = 6

    @field_validator("caption")
    @classmethod
    def _fields_are_known(cls, template: str) -> str:
        unknown = {name for _, name, _, _ in Formatter().parse(template) if name is not None} - CAPTION_FIELDS
        if unknown:
            raise ValueError(f"unknown caption field {sorted(unknown)}; known: {', '.join(sorted(CAPTION_FIELDS))}")
        return template


class BaseSettings(Strict):
    """The base model: a folder, a hub id with its revision, or `starter`, which the project carries."""

    model: str
    revision: str | None = None


class LoraSettings(Strict):
    rank: PositiveInt = 8
    alpha: PositiveInt = 16
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    targets: Sequence[str] = ("to_q", "to_k", "to_v", "to_out.0")


class SamplingSettings(Strict):
    """How pictures are drawn from a pipeline, in validation and in evaluation alike."""

    steps: PositiveInt = 25
    guidance: Annotated[float, Field(ge=1)] = 7.5
    batch: PositiveInt = 8


class TrainSettings(Strict):
    steps: PositiveInt  # optimizer steps
    checkpoint_every: PositiveInt
    batch: PositiveInt
    accumulation: PositiveInt = 1  # micro-batches an optimizer step
    learning_rate: Annotated[float, Field(gt=0)]
    warmup: Annotated[int, Field(ge=0)]  # optimizer steps, whatever the accumulation
    optimizer: Literal["adamw", "adamw8bit"] = "adamw"
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    clip: Annotated[float, Field(gt=0)] = 1.0  # largest norm of the gradient of all LoRA weights together
    caption_dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    gradient_checkpointing: bool = False
    lora: LoraSettings = LoraSettings()
    validation_prompts: Sequence[str]
    pictures_per_prompt: PositiveInt = 1

    @model_validator(mode="after")
    def _steps_fit(self) -> "TrainSettings":
        if self.checkpoint_every > self.steps:
            raise ValueError(f"checkpoint_every is {self.checkpoint_every}, expected at most steps ({self.steps})")
        if self.warmup >= self.steps:
            raise ValueError(f"warmup is {self.warmup}, expected fewer than steps ({self.steps})")
        return self


class EvaluateSettings(Strict):
    extractor: str  # a row of EXTRACTORS: whose features FID, KID and their like are measured on
    image_text: str  # a row of IMAGE_TEXT: who says how well picture and prompt agree
    pictures: Annotated[int, Field(ge=2)]  # of each checkpoint and of the base model at most: the budget
    block: PositiveInt = 64  # after each so many pictures one looks whether they decide, and stops where they do


class ProductImagesConfig(ModelConfig):
    data: DataSettings
    base: BaseSettings
    train: TrainSettings
    sampling: SamplingSettings = SamplingSettings()
    evaluate: EvaluateSettings

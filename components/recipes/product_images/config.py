"""Product images: the sections of the YAML of a model that draws product pictures."""

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema, field_validator, model_validator

from components.core.config import ModelConfig, Strict, unit
from components.data.catalogue.schema import COLUMNS
from components.recipes.product_images.score.weight_sources import EXTRACTOR_NAMES, IMAGE_TEXT_NAMES

PositiveInt = Annotated[int, Field(gt=0)]
CAPTION_FIELDS = frozenset({"colour", "article", "season", "gender", "brand", "usage", "year", "name"})
_BY_COLUMN = WithJsonSchema(
    {
        "type": "object",
        "propertyNames": {"title": "column of styles.csv", "enum": list(COLUMNS)},
        "additionalProperties": {"type": "array", "items": {"type": "string"}},
    }
)


class SplitShares(Strict):
    """Percent of the content groups in each split; together 100."""

    train: Annotated[int, unit("percent")] = 70
    """What the model is trained on."""
    validation: Annotated[int, unit("percent")] = 15
    """What versions are chosen by."""
    test: Annotated[int, unit("percent")] = 15
    """What a chosen version is scored on once; it never chooses."""

    @model_validator(mode="after")
    def _is_whole(self) -> "SplitShares":
        shares = (self.train, self.validation, self.test)
        if sum(shares) != 100 or min(shares) < 1:
            raise ValueError(f"expected three shares of at least 1 that add up to 100, found {shares}")
        return self


class DataSettings(Strict):
    """Which rows of the catalogue become examples, and how they are shown and told."""

    catalogue: str
    """A folder in the Kaggle layout, or `drawn`: the pictures that the project makes itself."""
    where: Annotated[Mapping[str, Sequence[str]], _BY_COLUMN]
    """Which rows: for each named column of styles.csv the values that are accepted."""
    size: Annotated[int, Field(ge=32, le=2048, multiple_of=8), unit("pixels")]
    """The side of the square pictures."""
    caption: str
    """The template of the captions. A part between commas of which no value is known is left out. Fields: {brand},
    {colour}, {article}, {season}, {gender}, {usage}, {year}, {name}."""
    split: SplitShares = SplitShares()
    smallest_split: Annotated[PositiveInt, unit("examples")] = 16
    """Fewer examples than this in any split is an error."""
    near_duplicate_bits: Annotated[int, Field(ge=0, le=64), unit("bits")] = 6
    """Up to this Hamming distance of 256-bit perceptual hashes two pictures are one for the split. Hashes of 64 bits
    cannot tell products of one silhouette apart, and would put all of them into one group."""

    @field_validator("caption")
    @classmethod
    def _fields_are_known(cls, template: str) -> str:
        unknown = {name for _, name, _, _ in Formatter().parse(template) if name is not None} - CAPTION_FIELDS
        if unknown:
            raise ValueError(f"unknown caption field {sorted(unknown)}; known: {', '.join(sorted(CAPTION_FIELDS))}")
        return template


class BaseSettings(Strict):
    """The base model, whose weights stay as they are."""

    model: str
    """A folder in diffusers' layout, a Hugging Face hub id, or `starter`, which the project carries."""
    revision: str | None = None
    """The commit of the hub id; none means the newest one in the cache."""


class LoraSettings(Strict):
    """The LoRA adapter, as peft's LoraConfig has it."""

    rank: PositiveInt = 8
    """The rank of the two small matrices that replace an update of a weight."""
    alpha: PositiveInt = 16
    """The adapter's output is scaled by alpha / rank."""
    dropout: Annotated[float, Field(ge=0, lt=1), unit("share")] = 0.0
    """How often an input of the adapter is zeroed in training."""
    targets: Sequence[str] = ("to_q", "to_k", "to_v", "to_out.0")
    """The modules of the UNet that get an adapter, by the ends of their names."""


class SamplingSettings(Strict):
    """How a pipeline generates pictures, in validation and in evaluation alike."""

    steps: Annotated[PositiveInt, unit("denoising steps")] = 25
    """Steps of the scheduler for each picture: diffusers' `num_inference_steps`."""
    guidance: Annotated[float, Field(ge=1)] = 7.5
    """Classifier-free guidance: diffusers' `guidance_scale`; 1 turns it off."""
    batch: Annotated[PositiveInt, unit("pictures")] = 8
    """Pictures that are generated at once."""


class TrainSettings(Strict):
    """How the adapter is trained."""

    steps: Annotated[PositiveInt, unit("optimizer steps")]
    """The length of the training."""
    checkpoint_every: Annotated[PositiveInt, unit("optimizer steps")]
    """After each so many steps a checkpoint is saved; each becomes a version. At most `steps`."""
    batch: Annotated[PositiveInt, unit("pictures")]
    """Pictures in a micro-batch."""
    accumulation: Annotated[PositiveInt, unit("micro-batches")] = 1
    """Micro-batches in an optimizer step."""
    learning_rate: Annotated[float, Field(gt=0)]
    """The largest learning rate, reached after `warmup`."""
    warmup: Annotated[int, Field(ge=0), unit("optimizer steps")]
    """The learning rate rises for so many steps, whatever the accumulation. Fewer than `steps`."""
    optimizer: Literal["adamw", "adamw8bit"] = "adamw"
    """AdamW, or that of bitsandbytes with 8-bit states."""
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    """AdamW's decoupled weight decay."""
    clip: Annotated[float, Field(gt=0)] = 1.0
    """The largest norm of the gradient of all LoRA weights together; longer ones are scaled down to it."""
    caption_dropout: Annotated[float, Field(ge=0, lt=1), unit("share")] = 0.1
    """How often a picture is trained with an empty caption, which classifier-free guidance needs."""
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    """The number format of the base model; `auto` chooses by the device."""
    gradient_checkpointing: bool = False
    """Compute activations again in the backward pass: less memory, more time."""
    lora: LoraSettings = LoraSettings()
    validation_prompts: Sequence[str]
    """At each checkpoint pictures of these prompts are generated, for people to look at."""
    pictures_per_prompt: Annotated[PositiveInt, unit("pictures")] = 1
    """How many pictures of each validation prompt."""

    @model_validator(mode="after")
    def _steps_fit(self) -> "TrainSettings":
        if self.checkpoint_every > self.steps:
            raise ValueError(f"checkpoint_every is {self.checkpoint_every}, expected at most steps ({self.steps})")
        if self.warmup >= self.steps:
            raise ValueError(f"warmup is {self.warmup}, expected fewer than steps ({self.steps})")
        return self


class EvaluateSettings(Strict):
    """How versions are scored."""

    extractor: Annotated[str, WithJsonSchema({"enum": sorted(EXTRACTOR_NAMES)})]
    """The network on whose features FID, KID and their like are measured."""
    image_text: Annotated[str, WithJsonSchema({"enum": sorted(IMAGE_TEXT_NAMES)})]
    """The network that says how well picture and prompt agree."""
    pictures: Annotated[int, Field(ge=2), unit("pictures")]
    """The budget: at most so many pictures of each checkpoint and of the base model are generated."""
    block: Annotated[PositiveInt, unit("pictures")] = 64
    """After each so many pictures the stopping rule looks whether they decide, and ends where they do."""


class ProductImagesConfig(ModelConfig):
    """A Stable Diffusion LoRA adapter that generates product pictures."""

    data: DataSettings
    base: BaseSettings
    train: TrainSettings
    sampling: SamplingSettings = SamplingSettings()
    evaluate: EvaluateSettings

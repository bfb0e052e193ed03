"""Product descriptions: the sections of the YAML of a model that writes product descriptions."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema, field_validator, model_validator

from components.core.config import ModelConfig
from components.core.errors import BaseModelError
from components.core.files import digest_of
from components.core.strict import Strict, unit
from components.data.catalogue.by_column import BY_COLUMN
from components.data.split_shares import SplitShares
from components.recipes.product_descriptions.base_settings import BaseSettings
from components.recipes.product_descriptions.prompts import check_template

PositiveInt = Annotated[int, Field(gt=0)]
_Text = Annotated[str, Field(min_length=1)]
_Attributes = Mapping[str, str]
_JsonSchema = Annotated[Mapping[str, Any], WithJsonSchema({"type": "object", "title": "JSON schema"})]


class WordLimits(Strict):
    """How long a description is."""

    fewest: Annotated[PositiveInt, unit("words")] = 50
    """Shorter descriptions are quarantined."""
    most: Annotated[PositiveInt, unit("words")] = 150
    """Longer descriptions are cut after the last sentence that fits."""

    @model_validator(mode="after")
    def _are_in_order(self) -> "WordLimits":
        if self.fewest > self.most:
            raise ValueError(f"words.fewest is {self.fewest}, expected at most words.most ({self.most})")
        return self


class BoilerplateSettings(Strict):
    """Sentences that many descriptions share, such as care instructions: they are counted, and removed or kept."""

    share: Annotated[float, Field(gt=0, le=1), unit("share")] = 0.05
    """A sentence is boilerplate if at least this part of the descriptions has it, whatever its numbers and case."""
    rule: Literal["remove", "keep"] = "remove"
    """`remove` takes such sentences out of the descriptions, `keep` only counts them."""


class DataSettings(Strict):
    """Which rows of the catalogue become examples, their prompts, and how texts are repaired and split."""

    catalogue: str
    """A folder in the Kaggle layout, or `drawn`: the catalogue that the project draws itself, with descriptions that
    the project writes itself."""
    where: Annotated[Mapping[str, Sequence[str]], BY_COLUMN] = {}
    """The accepted values of each named column of styles.csv, in any letter case. Other rows are left out. Empty: all
    rows."""
    prompt: str
    """The template of the prompts. A line is left out if none of its values is known. Fields: {brand}, {gender},
    {masterCategory}, {subCategory}, {articleType}, {baseColour}, {season}, {year}, {usage}, {productDisplayName}; `{{`
    and `}}` are braces."""
    words: WordLimits = WordLimits()
    boilerplate: BoilerplateSettings = BoilerplateSettings()
    near_duplicate: Annotated[float, Field(gt=0.5, le=1), unit("share")] = 0.85
    """Descriptions that share at least this part of their letter trigrams (Jaccard) share a split; 1: equal ones
    only."""
    split: SplitShares = SplitShares()
    most: Annotated[int | None, Field(gt=0), unit("examples")] = None
    """Take at most this many examples, chosen by the seed. Empty: all."""
    smallest_split: Annotated[PositiveInt, unit("examples")] = 16
    """The smallest number of examples in each split; fewer are an error."""

    @field_validator("prompt")
    @classmethod
    def _fields_are_known(cls, template: str) -> str:
        check_template(template)
        return template


class LoraSettings(Strict):
    """The LoRA adapter: the fields of peft's LoraConfig."""

    rank: PositiveInt = 16
    """The rank of the two small matrices whose product is added to a weight."""
    alpha: PositiveInt = 32
    """The adapter's output is scaled by alpha / rank."""
    dropout: Annotated[float, Field(ge=0, lt=1), unit("share")] = 0.0
    """The share of the adapter's inputs that is zeroed in training."""
    targets: Annotated[Sequence[_Text], Field(min_length=1)] = ("q_proj", "k_proj", "v_proj", "o_proj")
    """The ends of the names of the modules that get an adapter."""


class TrainSettings(Strict):
    """How the adapter is trained."""

    steps: Annotated[PositiveInt, unit("optimizer steps")]
    """The number of optimizer steps of a training."""
    checkpoint_every: Annotated[PositiveInt, unit("optimizer steps")]
    """The number of steps between two checkpoints. Each checkpoint becomes a version. At most `steps`."""
    batch: Annotated[PositiveInt, unit("descriptions")]
    """The number of descriptions in a micro-batch."""
    accumulation: Annotated[PositiveInt, unit("micro-batches")] = 1
    """The number of micro-batches in an optimizer step."""
    learning_rate: Annotated[float, Field(gt=0)]
    """The largest learning rate, reached after `warmup`."""
    warmup: Annotated[int, Field(ge=0), unit("optimizer steps")]
    """The number of steps over which the learning rate rises, whatever the accumulation. Fewer than `steps`."""
    longest: Annotated[int, Field(ge=16), unit("tokens")] = 512
    """The longest prompt and description together. Longer descriptions are trained on up to there."""
    optimizer: Literal["adamw", "adamw8bit", "paged_adamw8bit"] = "adamw"
    """`adamw` is torch's AdamW; the others are those of bitsandbytes with 8-bit states, `paged_` in memory that moves
    to the CPU where the GPU has too little."""
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    """AdamW's decoupled weight decay."""
    clip: Annotated[float, Field(gt=0)] = 1.0
    """The largest norm of the gradient of all LoRA weights together. A larger gradient is scaled down to it."""
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    """The number format in which the base model computes; `auto` chooses one for the device."""
    gradient_checkpointing: bool = False
    """Recompute activations in the backward pass: less memory, more time."""
    lora: LoraSettings = LoraSettings()
    early_stop_patience: PositiveInt | None = None
    """End the training after this many checkpoints in a row whose validation loss is not lower than the lowest. Off if
    empty."""
    validation_products: Annotated[Sequence[_Attributes], Field(min_length=1)]
    """The attributes of the products that are described at each checkpoint, for people to read."""

    @model_validator(mode="after")
    def _steps_fit(self) -> "TrainSettings":
        if self.checkpoint_every > self.steps:
            raise ValueError(f"checkpoint_every is {self.checkpoint_every}, expected at most steps ({self.steps})")
        if self.warmup >= self.steps:
            raise ValueError(f"warmup is {self.warmup}, expected fewer than steps ({self.steps})")
        return self


class GenerationSettings(Strict):
    """How descriptions are generated, in validation, in evaluation and by a version."""

    temperature: Annotated[float, Field(ge=0)] = 0.7
    """Logits are divided by it: lower is less varied; 0 always takes the likeliest token."""
    top_p: Annotated[float, Field(gt=0, le=1), unit("probability")] = 0.9
    """Only the likeliest tokens that together have this probability are sampled."""
    repetition_penalty: Annotated[float, Field(ge=1)] = 1.0
    """Logits of tokens that the description has already are divided by it, or multiplied if negative; 1: off."""
    json_schema: _JsonSchema | None = None
    """Texts are JSON of this schema, by a grammar over their tokens. Empty: free text. A text that is not complete at
    `longest` is an error, so give its texts a `maxLength`."""
    longest: Annotated[PositiveInt, unit("tokens")] = 256
    """A description that does not end by itself is ended here."""
    longest_prompt: Annotated[PositiveInt, unit("tokens")] = 128
    """Prompts are filled up to this length, longer ones are an error; a text's last bits depend on it."""
    batch: Annotated[PositiveInt, unit("descriptions")] = 16
    """The number of descriptions that are computed together; smaller batches are filled up to it, so that a text does
    not depend on the others."""


class EvaluateSettings(Strict):
    """How versions are scored."""

    texts: Annotated[int, Field(ge=2), unit("descriptions")] = 128
    """The budget: the largest number of descriptions generated with each checkpoint and with the base model."""
    block: Annotated[PositiveInt, unit("descriptions")] = 32
    """The number of descriptions between two looks of the stopping rule, which ends the evaluation early."""
    banned: Sequence[_Text] = ("guaranteed", "best in the world", "cures", "100% safe", "miracle")
    """Claims that no description may make, in any letter case."""


class ProductDescriptionsConfig(ModelConfig):
    """A LoRA adapter of a causal language model that writes product descriptions."""

    data: DataSettings
    base: BaseSettings
    train: TrainSettings
    generation: GenerationSettings = GenerationSettings()
    evaluate: EvaluateSettings = EvaluateSettings()

    def base_digest(self) -> str:
        # Imported here because it imports the library of the hub, which most commands do not need.
        from components.recipes.product_descriptions.generate.base_folder import base_digest, base_folder

        try:
            return base_digest(base_folder(self.base))
        except BaseModelError:
            return ""

    def training_digest(self, snapshot: str) -> str:
        """Return the digest of all that a version depends on: the prompts are part of what it learns."""
        return digest_of([super().training_digest(snapshot), self.data.prompt])

"""Product images: the sections of the YAML of a model that generates product pictures."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema, field_serializer, field_validator, model_validator

from components.core.config import ModelConfig
from components.core.errors import BaseModelError
from components.core.strict import Strict, unit
from components.data.catalogue.by_column import BY_COLUMN
from components.data.split_shares import SplitShares
from components.recipes.product_images.base_settings import BaseSettings
from components.recipes.product_images.captions import check_template
from components.recipes.product_images.score.weight_sources import EXTRACTOR_NAMES, IMAGE_TEXT_NAMES

PositiveInt = Annotated[int, Field(gt=0)]
_Text = Annotated[str, Field(min_length=1)]
_Attribute = Literal["colour", "article", "season", "gender", "brand", "usage", "year"]


def _off_by(default: object) -> Any:
    """Leave a field with this value out of digests and logs, so that trainings of before it existed stay complete."""
    return Field(exclude_if=lambda value: value == default)


class CuratedSettings(Strict):
    """What the ingest takes from people's decisions about generated products (docs/products.md)."""

    approved: Sequence[_Text] = ()
    """Product lines whose approved products become training examples. They are never scored against."""
    rejected: Sequence[_Text] = ()
    """Product lines whose rejected products leave their captions out of the training examples."""


class DataSettings(Strict):
    """Which rows of the catalogue become examples, and the size and captions of their pictures."""

    catalogue: str
    """A folder in the Kaggle layout, or `drawn`: the catalogue that the project draws itself."""
    where: Annotated[Mapping[str, Sequence[str]], BY_COLUMN]
    """The accepted values of each named column of styles.csv, in any letter case. Other rows are left out."""
    size: Annotated[int, Field(ge=32, le=2048, multiple_of=8), unit("pixels")]
    """The side of the square pictures."""
    caption: str
    """The template of the captions. A part between commas is left out if none of its values is known. Fields: {brand},
    {colour}, {article}, {season}, {gender}, {usage}, {year}, {name}; `{{` and `}}` are braces."""
    split: SplitShares = SplitShares()
    smallest_split: Annotated[PositiveInt, unit("examples")] = 16
    """The smallest number of examples in each split; fewer are an error."""
    curated: Annotated[CuratedSettings, _off_by(CuratedSettings())] = CuratedSettings()
    near_duplicate_bits: Annotated[int, Field(ge=0, le=64), unit("bits")] = 6
    """Pictures whose 256-bit perceptual hashes differ in at most this many bits (Hamming distance) share a split.
    Hashes of 64 bits cannot distinguish products of one silhouette and would put all of them into one group."""

    @field_validator("caption")
    @classmethod
    def _fields_are_known(cls, template: str) -> str:
        check_template(template)
        return template


class LoraSettings(Strict):
    """The LoRA adapter: the fields of peft's LoraConfig."""

    rank: PositiveInt = 8
    """The rank of the two small matrices whose product is added to a weight."""
    alpha: PositiveInt = 16
    """The adapter's output is scaled by alpha / rank."""
    dropout: Annotated[float, Field(ge=0, lt=1), unit("share")] = 0.0
    """The share of the adapter's inputs that is zeroed in training."""
    targets: Annotated[Sequence[_Text], Field(min_length=1)] = ("to_q", "to_k", "to_v", "to_out.0")
    """The ends of the names of the UNet's modules that get an adapter."""


class SamplingSettings(Strict):
    """How pictures are generated, in validation and in evaluation."""

    steps: Annotated[PositiveInt, unit("denoising steps")] = 25
    """Denoising steps for each picture: diffusers' `num_inference_steps`."""
    guidance: Annotated[float, Field(ge=1)] = 7.5
    """Classifier-free guidance: diffusers' `guidance_scale`; 1 turns it off."""
    batch: Annotated[PositiveInt, unit("pictures")] = 8
    """The number of pictures in a batch."""


class TrainSettings(Strict):
    """How the adapter is trained."""

    steps: Annotated[PositiveInt, unit("optimizer steps")]
    """The number of optimizer steps of a training."""
    checkpoint_every: Annotated[PositiveInt, unit("optimizer steps")]
    """The number of steps between two checkpoints. Each checkpoint becomes a version. At most `steps`."""
    batch: Annotated[PositiveInt, unit("pictures")]
    """The number of pictures in a micro-batch."""
    accumulation: Annotated[PositiveInt, unit("micro-batches")] = 1
    """The number of micro-batches in an optimizer step."""
    learning_rate: Annotated[float, Field(gt=0)]
    """The largest learning rate, reached after `warmup`."""
    warmup: Annotated[int, Field(ge=0), unit("optimizer steps")]
    """The number of steps over which the learning rate rises, whatever the accumulation. Fewer than `steps`."""
    optimizer: Literal["adamw", "adamw8bit"] = "adamw"
    """`adamw` is torch's AdamW, `adamw8bit` that of bitsandbytes with 8-bit states."""
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    """AdamW's decoupled weight decay."""
    clip: Annotated[float, Field(gt=0)] = 1.0
    """The largest norm of the gradient of all LoRA weights together. A larger gradient is scaled down to it."""
    caption_dropout: Annotated[float, Field(ge=0, lt=1), unit("share")] = 0.1
    """The share of pictures that are trained with an empty caption, which classifier-free guidance needs."""
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    """The number format of the base model; `auto` chooses one for the device."""
    gradient_checkpointing: bool | Literal["auto"] = "auto"
    """Recompute activations in the backward pass: less memory, more time. `auto` does so only where a step would not
    fit into the free memory otherwise, by an estimate before the first step."""
    compile: Annotated[bool, Field(exclude_if=lambda value: not value)] = False
    """Compile the UNet by `torch.compile`: the first step takes a minute or more, later ones less. Only on CUDA."""
    lora: LoraSettings = LoraSettings()
    min_snr_gamma: Annotated[float | None, Field(gt=0), _off_by(None)] = None
    """Weigh timesteps by the Min-SNR rule with this gamma (Hang et al., 2023, who use 5); off if empty."""
    background_weight: Annotated[float, Field(ge=0, le=1), _off_by(1.0)] = 1.0
    """The weight of the background in the loss, where the product has 1; the background is what has the colour of the
    picture's border. 1 turns it off."""
    noise_offset: Annotated[float, Field(ge=0, le=1), _off_by(0.0)] = 0.0
    """The size of a random shift of the noise of each channel, which lets pictures be darker or lighter as a whole."""
    random_flip: Annotated[bool, _off_by(False)] = False
    """Mirror half of the pictures. Not where catalogues show all products from the same side, as they do shoes."""
    balance: Annotated[_Attribute | None, _off_by(None)] = None
    """An attribute of the products, such as `article`: rare values come as often as the most frequent one, each picture
    at most ten times an epoch. Off if empty."""
    warm_start: Annotated[bool, _off_by(False)] = False
    """Begin with the adapter that is in production, if there is one, instead of a new one. Its rank, alpha, targets and
    base model must be the same."""
    early_stop_patience: Annotated[PositiveInt | None, _off_by(None)] = None
    """End the training after this many checkpoints in a row whose validation loss is not lower than the lowest. Off if
    empty: this loss tells overfitting, but it does not rank pictures, which is what versions are chosen by."""
    checkpoints_total_limit: Annotated[PositiveInt | None, _off_by(None)] = None
    """Keep the newest so many checkpoints of a training, and the one with the lowest validation loss; the others are
    removed once a newer one is complete, and become no versions. All are kept if empty."""
    validation_prompts: Annotated[Sequence[_Text], Field(min_length=1)]
    """The prompts of the pictures that are generated at each checkpoint, for people to look at."""
    pictures_per_prompt: Annotated[PositiveInt, unit("pictures")] = 1
    """The number of pictures for each validation prompt."""

    @field_serializer("gradient_checkpointing")
    def _as_before_auto(self, value: bool | str) -> bool:
        return value is True  # it does not change results, so digests of trainings stay what they were before `auto`

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
    """The network whose features FID, KID and similar scores are computed from."""
    image_text: Annotated[str, WithJsonSchema({"enum": sorted(IMAGE_TEXT_NAMES)})]
    """The network that measures how well a picture matches its prompt."""
    pictures: Annotated[int, Field(ge=2), unit("pictures")]
    """The budget: the largest number of pictures that are generated with each checkpoint and with the base model."""
    block: Annotated[PositiveInt, unit("pictures")] = 64
    """The number of pictures between two looks of the stopping rule, which ends the evaluation once they decide."""


class ProductImagesConfig(ModelConfig):
    """A Stable Diffusion LoRA adapter that generates product pictures."""

    data: DataSettings
    base: BaseSettings
    train: TrainSettings
    sampling: SamplingSettings = SamplingSettings()
    evaluate: EvaluateSettings

    def base_digest(self) -> str:
        # Imported here because it imports the library of the hub, which most commands do not need.
        from components.recipes.product_images.generate.base_folder import base_digest, base_folder

        try:
            return base_digest(base_folder(self.base))
        except BaseModelError:
            return ""

    def starts_from_production(self) -> bool:
        return self.train.warm_start

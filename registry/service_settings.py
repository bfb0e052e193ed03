"""Registry: the settings of the service, one YAML file, as the service and the commands that report on it read it."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from components.core.config import read_yaml
from components.core.errors import ConfigError
from components.core.strict import Strict
from registry.settings import settings

Share = Annotated[float, Field(gt=0, le=0.5)]


class QueueSettings(Strict):
    waiting: Annotated[int, Field(ge=1)] = 64
    """Requests that may wait; one more is answered with 429 and Retry-After."""
    batch: Annotated[int, Field(ge=1, le=256)] = 16
    """Outputs that are made together, at most."""
    gather_ms: Annotated[float, Field(ge=0, le=1000)] = 5.0
    """Milliseconds that the first request of a batch waits for others."""


class LimitSettings(Strict):
    body_kb: Annotated[int, Field(ge=1)] = 256
    """Size of a request, kB."""
    outputs: Annotated[int, Field(ge=1)] = 16
    """Outputs of one direct request; more are a job."""
    job_outputs: Annotated[int, Field(ge=1)] = 64
    """Outputs of one job of the service itself; more are a flow run on Prefect's server."""
    flow_outputs: Annotated[int, Field(ge=1)] = 10_000
    """Outputs of one job that is a flow run."""
    text: Annotated[int, Field(ge=1)] = 20_000
    """Characters of a text in a request; a model's own limit may be lower."""


class LogSettings(Strict):
    requests: bool = True
    """Keep a row a request in our database: when, which model and version, how long; `monitor` can read it."""
    prompts: bool = False
    """Keep what was asked in that row too. It may name people: ask who is responsible first."""
    keep_days: Annotated[float, Field(gt=0)] = 30.0


class CanarySettings(Strict):
    share: Share
    """Share of the requests without a version that Challenger answers."""
    level: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    """Chance to stop a Challenger that is no worse, however long it runs."""
    slower: Annotated[float, Field(gt=1)] = 1.5
    """How many times as long as Production's a response must take to count as slow."""


class ServiceSettings(Strict):
    """`deployments/service/service.yaml`. Every field has a default."""

    queue: QueueSettings = QueueSettings()
    limits: LimitSettings = LimitSettings()
    log: LogSettings = LogSettings()
    cache_mb: Annotated[float, Field(ge=0)] = 128.0
    """Memory for responses that identical requests get again, MB; 0 keeps none."""
    look_seconds: Annotated[float, Field(gt=0, le=5)] = 1.0
    """Seconds between two looks at the aliases: a new version answers within 5 s."""
    models: tuple[str, ...] = ()
    """Models to serve; by default every model with a version in production."""
    refused_words: tuple[str, ...] = ()
    """Words that no request may have, such as brands without a licence. Case and accents do not matter."""
    refused_licences: tuple[str, ...] = ()
    """Texts in the lines of a card about the base model, such as its licence, with which no version is served."""
    flows: tuple[str, ...] = ()
    """Deployments on Prefect's server that callers may start as jobs, such as `monitor/starter`."""
    canary: dict[str, CanarySettings] = {}
    """By model: the share of its Challenger."""
    prices: dict[str, Annotated[float, Field(ge=0)]] = {}
    """By model: the price of one output; by product line: that of a product. For the usage report."""
    currency: str = "EUR"


def read_service_settings(path: Path | None = None) -> ServiceSettings:
    """Read the file of ATELIER_SERVICE, by default `deployments/service/service.yaml`.

    Raises:
        ConfigError: it is missing, or a field is wrong; the message names it.
    """
    file = path or settings().service
    if not file.is_file():
        raise ConfigError(f"{file} is missing", expected="the settings of the service", act="correct ATELIER_SERVICE")
    try:
        return ServiceSettings.model_validate(read_yaml(file))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ConfigError(f"{file.name}: {where} is wrong ({first['msg']})", act="correct it") from None

"""Products: exported pictures signed with the retailer's own certificate (C2PA), without a network."""

import io
import json
from collections.abc import Callable
from pathlib import Path

from components.core.errors import ConfigError
from components.products.config import SignSettings
from components.products.marks import GENERATED
from components.products.product import Product

Sign = Callable[[Product], bytes]
PNG = "image/png"


def signer(settings: SignSettings | None, label: str, folder: Path) -> Sign:
    """Return what gives the PNG of a product as it is exported: signed if the line has a certificate, else as it is.

    A signature holds random numbers: signed pictures have the same pixels each time, but not the same bytes.

    Args:
        settings: of the line, None without a certificate.
        label: what the export says of the origin.
        folder: to which relative paths of the certificate refer.

    Raises:
        ConfigError: certificate or key cannot be read, or do not fit each other.
    """
    if settings is None:
        return lambda product: product.picture
    chain, key = (_read(folder / path, what) for path, what in _files(settings))
    import c2pa  # a native library, which few lines need

    try:
        info = c2pa.C2paSignerInfo(settings.algorithm, chain.encode(), key.encode(), None)
        opened = c2pa.Signer.from_info(info)
    except Exception as error:  # c2pa raises several classes
        raise _refused(settings, error) from None

    def sign(product: Product) -> bytes:
        signed = io.BytesIO()
        try:
            c2pa.Builder(_manifest(product, label)).sign(opened, PNG, io.BytesIO(product.picture), signed)
        except Exception as error:
            raise _refused(settings, error) from None
        return signed.getvalue()

    return sign


def _files(settings: SignSettings) -> list[tuple[Path, str]]:
    return [(settings.certificate.expanduser(), "certificate"), (settings.key.expanduser(), "key")]


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"sign.{what} names {path}, which cannot be read ({error.__class__.__name__})",
            expected="a PEM file",
            act="correct it, or leave `sign` out",
        ) from None


def _manifest(product: Product, label: str) -> str:
    created = {"action": "c2pa.created", "digitalSourceType": GENERATED, "description": label}
    return json.dumps(
        {
            "claim_generator_info": [{"name": "Atelier"}],
            "title": f"{product.name} ({label})",
            "format": PNG,
            "assertions": [{"label": "c2pa.actions", "data": {"actions": [created]}}],
        }
    )


def _refused(settings: SignSettings, error: Exception) -> ConfigError:
    said = " ".join(str(error).split())[:200]
    return ConfigError(
        f"Pictures cannot be signed with {settings.certificate} ({said})",
        expected=f"a chain for {settings.algorithm} with its key, whose purpose is e-mail or document signing",
        act="correct `sign` in the product line, or leave it out",
    )

"""Products: where a picture is from, in the metadata of its PNG: readable texts, and the XMP that agencies read."""

import io
import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PROVENANCE = "provenance"  # the text in a PNG that has it as JSON
GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"  # IPTC's word for it
XMP = "XML:com.adobe.xmp"


def marked(picture: bytes, provenance: Mapping[str, Any], about: str) -> bytes:
    """Return the PNG with its provenance in iTXt chunks. No pixel changes, and equal inputs give equal bytes."""
    info = PngInfo()
    info.add_itxt(PROVENANCE, json.dumps(provenance, sort_keys=True, ensure_ascii=False))
    info.add_itxt("Description", about)
    info.add_itxt(XMP, _xmp(about))
    content = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.save(content, "PNG", pnginfo=info)
    return content.getvalue()


def provenance_of(picture: bytes) -> dict[str, Any]:
    """Return the provenance in a PNG; raises KeyError or ValueError if it has none."""
    with Image.open(io.BytesIO(picture)) as image:
        image.load()
        found: dict[str, Any] = json.loads(image.info[PROVENANCE])
    return found


def as_jpeg(picture: bytes) -> bytes:
    """Return a picture as JPEG, as catalogues in the Kaggle layout have them, with the XMP of its origin."""
    content = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.load()
        xmp = str(image.info.get(XMP, "")).encode()
        image.convert("RGB").save(content, "JPEG", quality=95, subsampling=0, xmp=xmp)
    return content.getvalue()


def _xmp(about: str) -> str:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        f'Iptc4xmpExt:DigitalSourceType="{GENERATED}"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">'
        f"{escape(about)}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
    )

"""Data: the error of a picture file that cannot be used."""

from components.data.catalogue.schema import Refusal


class PictureError(ValueError):
    """A file that cannot be used as a picture: the reason code, and what was found."""

    def __init__(self, reason: Refusal, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

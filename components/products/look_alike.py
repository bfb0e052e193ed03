"""Products: pictures that look alike: nearly the same outlines, by a perceptual hash, in nearly the same colours."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from components.data.pictures.looks import Look, look_of, nearest_look


@dataclass(slots=True)
class LooksSeen:
    """The pictures of a batch so far."""

    bits: int
    looks: list[Look] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def twin_of(self, picture: bytes) -> str | None:
        """Return the name of an earlier picture that looks like this one, None if there is none."""
        place = nearest_look(look_of(picture), self.looks, self.bits)
        return None if place is None else self.names[place]

    def add(self, picture: bytes, name: str) -> None:
        self.looks.append(look_of(picture))
        self.names.append(name)


def count_pairs(pictures: Sequence[bytes], bits: int) -> int:
    """Return how many of the pictures look like an earlier one of them."""
    seen, found = LooksSeen(bits), 0
    for place, picture in enumerate(pictures):
        found += seen.twin_of(picture) is not None
        seen.add(picture, str(place))
    return found

"""Tests: a note goes to a log that keeps notes, and to no other."""

from dataclasses import dataclass, field

from components.core.notes import note
from tests.components.recipes.product_images.toy_model import ListLog


@dataclass
class NotedLog(ListLog):
    notes: dict[str, str] = field(default_factory=dict)

    def note(self, about: str, sentence: str) -> None:
        self.notes[about] = sentence


def test_a_note_is_kept_by_a_log_that_keeps_notes() -> None:
    log = NotedLog()
    note(log, "precision", "fp32: the model is small")
    assert log.notes == {"precision": "fp32: the model is small"}


def test_a_log_that_keeps_no_notes_gets_none() -> None:
    note(ListLog(), "precision", "fp32: the model is small")

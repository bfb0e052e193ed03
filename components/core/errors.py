"""Core: errors that a person can act on. Each is one sentence: what was found, what was expected, what to do."""

from collections.abc import Iterable


class AtelierError(Exception):
    """Base of every error that this project raises on purpose. The command line prints it and exits with 1.

    The sentence is built here of what was found, what was expected, and what to do.

    >>> str(AtelierError("The split has 3 examples", expected="16 at least", act="add rows"))
    'The split has 3 examples, expected 16 at least: add rows.'
    >>> str(AtelierError("Nothing was promoted."))
    'Nothing was promoted.'
    """

    def __init__(self, found: str, *, expected: str = "", act: str = "") -> None:
        wanted = f", expected {expected}" if expected else ""
        end = f": {act}." if act else "." if expected else ""
        super().__init__(f"{found}{wanted}{end}")


class UsageError(AtelierError):
    """The command, the model's name or its YAML cannot be right. The command line exits with 2."""


class UnknownNameError(UsageError, LookupError):
    """Something was asked for by a name that nothing has. A subclass says what kind of thing it is."""

    kind = "name"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        Exception.__init__(self, name, sorted(known))  # as they came, so that the error can be pickled

    def __str__(self) -> str:
        name, known = self.args
        return f"No {self.kind} is called {name!r}. Known {self.kind}s: {', '.join(known) or 'none'}."


class UnknownModelError(UnknownNameError):
    """A model was asked for that has no YAML file."""

    kind = "model"


class UnknownRecipeError(UnknownNameError):
    """A model's YAML names a recipe that is not in the table."""

    kind = "recipe"


class UnknownFormatError(UnknownNameError):
    """A version was to be exported in a format that its recipe does not offer."""

    kind = "format"


class ConfigError(UsageError, ValueError):
    """A model's YAML, or an override of it, does not fit the schema."""


class DataError(AtelierError, ValueError):
    """The catalogue or a snapshot does not hold what the model needs."""


class BaseModelError(AtelierError, ValueError):
    """The base model is missing, or it is not what the recipe works on."""


class CheckpointError(AtelierError, ValueError):
    """A checkpoint is incomplete, damaged, or has no effect."""


class DiskSpaceError(AtelierError, OSError):
    """There is less room on the disk than the work needs; nothing has been written yet."""


class IncomparableScoresError(AtelierError, ValueError):
    """Scores of different snapshots, splits or extractors were about to be compared."""


class RegistryError(AtelierError, RuntimeError):
    """MLflow or the lock database cannot be reached, or does not hold what was asked for."""


class UnavailableError(RegistryError):
    """MLflow, its database or its disk failed by itself. It may pass, so that it is worth another try."""


class UntriedError(UnavailableError):
    """This machine could not try a version, which says nothing about the version. Trying again takes minutes."""

    act = "mend that on this machine, then run the same command again"


class TrainingError(AtelierError, ArithmeticError):
    """Training diverged: its loss or its gradient is no number."""

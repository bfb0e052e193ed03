"""Core: the errors of the project. Each message is one sentence: what was found, what was expected, what to do."""

from collections.abc import Iterable

from components.core.masking import mask


class AtelierError(Exception):
    """Base class of the errors that the project raises itself. The command line prints the message and exits with 1.

    The message is built from three values: what was found, what was expected, and what to do. Passwords in addresses
    are masked, as messages are printed, logged and stored.

    >>> str(AtelierError("The split has 3 examples", expected="16 at least", act="add rows"))
    'The split has 3 examples, expected 16 at least: add rows.'
    >>> str(AtelierError("Nothing was promoted."))
    'Nothing was promoted.'
    >>> str(AtelierError("Nothing answers at http://me:secret@example.org"))
    'Nothing answers at http://***@example.org'
    """

    def __init__(self, found: str, *, expected: str = "", act: str = "") -> None:
        wanted = f", expected {expected}" if expected else ""
        end = f": {act}." if act else "." if expected else ""
        super().__init__(mask(f"{found}{wanted}{end}"))


class UsageError(AtelierError):
    """The command, the model's name or its YAML is wrong. The command line exits with 2."""


class UnknownNameError(UsageError, LookupError):
    """Nothing has the given name. A subclass says in `kind` what was looked for."""

    kind = "name"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        Exception.__init__(self, name, sorted(known))  # the arguments of __init__, so that the error can be pickled

    def __str__(self) -> str:
        name, known = self.args
        return f"No {self.kind} is called {name!r}. Known {self.kind}s: {', '.join(known) or 'none'}."


class UnknownModelError(UnknownNameError):
    """No YAML file defines the model."""

    kind = "model"


class UnknownRecipeError(UnknownNameError):
    """A model's YAML names a recipe that is not in the table RECIPES."""

    kind = "recipe"


class UnknownFormatError(UnknownNameError):
    """The recipe of a version has no export format of this name."""

    kind = "format"


class ConfigError(UsageError, ValueError):
    """A model's YAML, or an override of it, does not fit the schema."""


class DataError(AtelierError, ValueError):
    """The catalogue or a snapshot lacks data that the model needs."""


class BaseModelError(AtelierError, ValueError):
    """The base model is missing, or the recipe cannot use it."""


class CheckpointError(AtelierError, ValueError):
    """A checkpoint is incomplete, damaged, or has no effect."""


class DiskSpaceError(AtelierError, OSError):
    """The disk has less free space than the work needs. Nothing has been written yet."""


class IncomparableScoresError(AtelierError, ValueError):
    """Scores come from different snapshots, splits or extractors, so that they cannot be compared."""


class RegistryError(AtelierError, RuntimeError):
    """MLflow or the lock database cannot be reached, or lacks an expected entry."""


class UnavailableError(RegistryError):
    """MLflow, its database or its disk failed. The cause may be temporary, so a retry makes sense."""


class UnavailableDataError(DataError, UnavailableError):
    """What keeps the snapshots does not answer. A retry makes sense."""


class UntriedError(UnavailableError):
    """This machine could not test a version, which says nothing about the version. A retry takes minutes."""

    act = "mend that on this machine, then run the same command again"


class TrainingError(AtelierError, ArithmeticError):
    """Training diverged: its loss or its gradient is not a finite number."""


class OutOfMemoryError(AtelierError, MemoryError):
    """The memory of this machine, or of its accelerator, does not suffice."""


_NO_MEMORY = (  # what libraries say, most of them in a RuntimeError
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "failed to map segment",  # the loader of shared libraries
    "bad_alloc",
    "can't start new thread",
)


def is_out_of_memory(error: BaseException | None) -> bool:
    """Tell whether an error, or what caused it, says that there is no memory left.

    >>> is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes"))
    True
    >>> is_out_of_memory(ValueError("no such layer"))
    False
    """
    if error is None:
        return False
    said = str(error).lower()
    return (
        isinstance(error, MemoryError)
        or any(words in said for words in _NO_MEMORY)
        or is_out_of_memory(error.__cause__)
    )

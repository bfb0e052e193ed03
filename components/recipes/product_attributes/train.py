"""Product attributes: fit the candidates, and save each as a checkpoint."""

from dataclasses import dataclass
from pathlib import Path

from components.core.errors import CheckpointError, DataError
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.core.seeds import derive_seed
from components.recipes.product_attributes.candidates import LADDER, RowModel, load_model, save_model
from components.recipes.product_attributes.candidates.model import Training
from components.recipes.product_attributes.config import ProductAttributesConfig
from components.recipes.product_attributes.generate.generate import generate_codes
from components.recipes.product_attributes.generate.where import Conditions
from components.recipes.product_attributes.model_files import MODEL, Version, open_version, weights_digest, write_table
from components.recipes.product_attributes.rows.constraints import Constraints, learn_constraints
from components.recipes.product_attributes.rows.encoding import Codes, Encoding, learn_encoding
from components.recipes.product_attributes.rows.row import ProductRows
from components.training.checkpoints import State, checkpoint_folder, complete_checkpoints, save_checkpoint, step_of

TRIED = 64  # rows that a fitted candidate generates before it is saved: constraints that cannot be met show here


@dataclass(frozen=True, slots=True)
class _Table:
    """What all candidates are fitted to."""

    encoding: Encoding
    codes: Codes
    constraints: Constraints


def train(config: ProductAttributesConfig, snapshot: ProductRows, folder: Path, log: RunLog) -> list[Checkpoint]:
    """Fit each candidate on the train split, and return the checkpoints; a finished candidate is not fitted again.

    The step of a checkpoint is the place of its candidate in `train.candidates`, from 1.

    Raises:
        DataError: the train split is empty, or has no column with a value.
        ConstraintError: a candidate generates no row that meets the constraints; it says which one.
    """
    table = _table(config, snapshot)
    complete = {step_of(path) for path in complete_checkpoints(folder)}
    names = config.train.candidates
    for step, name in enumerate(names, start=1):
        log.progress("fit candidates", step - 1, len(names))
        if step not in complete:
            seed = derive_seed(config.seed, name)
            model = LADDER[name].fit(Training(table.codes, table.encoding.sizes, config.train, seed))
            _save(folder, step, model, table)
    log.progress("fit candidates", len(names), len(names))
    return [_checkpoint(folder, step, name) for step, name in enumerate(names, start=1)]


def _table(config: ProductAttributesConfig, snapshot: ProductRows) -> _Table:
    rows = [row["values"] for row in snapshot.splits["train"]]
    if not rows:
        raise DataError(f"Snapshot {snapshot.digest} has no training rows", expected="some", act="change data.split")
    decimals = {name: column.decimals for name, column in config.data.numbers.items()}
    encoding = learn_encoding(rows, config.data.columns, decimals, config.train.bins)
    codes = encoding.encode(rows)
    return _Table(encoding, codes, learn_constraints(encoding, codes, config.data))


def _save(folder: Path, step: int, model: RowModel, table: _Table) -> None:
    version = Version(model, table.encoding, table.constraints)
    tried = generate_codes(version, Conditions(), range(TRIED)).codes

    def write(unfinished: Path) -> None:
        save_model(model, unfinished / MODEL)
        write_table(unfinished, table.encoding, table.constraints)
        again = generate_codes(open_version(unfinished), Conditions(), range(TRIED)).codes
        if (again != tried).any() or load_model(unfinished / MODEL).kind != model.kind:
            raise CheckpointError(f"Candidate {step} generates other rows after it was saved", act="train again")

    save_checkpoint(folder, State(step, {}, {}), write)


def _checkpoint(folder: Path, step: int, name: str) -> Checkpoint:
    path = checkpoint_folder(folder, step)
    return Checkpoint(path, step, weights_digest(path), name=name)

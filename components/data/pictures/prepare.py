"""Data: prepare the picture and style file of each product, for many products in worker processes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from components.core.child_process import end_with_parent
from components.core.errors import DataError
from components.data.catalogue.schema import Refusal, Repair
from components.data.catalogue.style_files import Style, read_style
from components.data.pictures.errors import PictureError
from components.data.pictures.read import read_picture


@dataclass(frozen=True, slots=True)
class Job:
    """One product: its picture and style file, and the target of its square picture of `size` pixels."""

    id: int
    picture: Path
    style: Path | None
    target: Path
    size: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A product whose square picture is written. `components.data.pictures.read.Picture` documents the fields."""

    id: int
    content: str
    phash: str
    width: int
    height: int
    white_background: float
    repairs: Sequence[Repair]
    style: Style


@dataclass(frozen=True, slots=True)
class Failed:
    """A product whose picture cannot be used."""

    id: int
    reason: Refusal
    detail: str


FEW = 96  # with fewer pictures, starting processes takes longer than preparing them
CHUNK = 16

Progress = Callable[[int, int], None]  # (done, total)


def prepare_product(job: Job) -> Prepared | Failed:
    """Write the square picture of one product as PNG and return its facts. Equal files give equal bytes."""
    try:
        picture = read_picture(job.picture, job.size)
    except PictureError as error:
        return Failed(job.id, error.reason, error.detail)
    picture.square.save(job.target, format="PNG")
    return Prepared(
        job.id,
        picture.content,
        picture.phash,
        picture.width,
        picture.height,
        picture.white_background,
        picture.repairs,
        read_style(job.style),
    )


def prepare_products(jobs: Sequence[Job], workers: int, progress: Progress) -> list[Prepared | Failed]:
    """Prepare all products in `workers` processes, or in this one if there are few. Results are in the order of jobs.

    Processes are spawned, since forking a process with threads or a database client is unsafe: a script that calls this
    needs the usual `if __name__ == "__main__":`.

    Raises:
        DataError: a worker process was killed, most likely for lack of memory.
    """
    done: list[Prepared | Failed] = []
    try:
        for place, prepared in enumerate(_results(jobs, workers), start=1):
            done.append(prepared)
            progress(place, len(jobs))
    except BrokenProcessPool:
        near = jobs[min(len(done), len(jobs) - 1)].picture.name
        found = f"A process that reads pictures was killed near {near}"
        raise DataError(found, expected="it to finish", act="free some memory and try again") from None
    return done


def _results(jobs: Sequence[Job], workers: int) -> Iterator[Prepared | Failed]:
    if workers < 2 or len(jobs) < FEW:
        yield from map(prepare_product, jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=end_with_parent) as pool:
        try:
            yield from pool.map(prepare_product, jobs, chunksize=CHUNK)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)  # an interrupt does not wait for queued jobs

"""Tests: many processes prepare pictures exactly as one process does."""

from pathlib import Path

from components.data.pictures.prepare import Failed, Job, Prepared, prepare_product, prepare_products
from tests.components.data.catalogues import jpeg


def test_worker_processes_give_the_same_files_as_one_process_and_report_progress(tmp_path: Path) -> None:
    jobs = []
    for product in range(100):
        path = tmp_path / f"{product}.jpg"
        path.write_bytes(jpeg(product) if product != 50 else b"")
        jobs.append(Job(product, path, None, tmp_path / f"{product}.png", 32))
    alone = [prepare_product(job) for job in jobs]
    files = [(tmp_path / f"{n}.png").read_bytes() for n in range(100) if n != 50]
    seen: list[tuple[int, int]] = []
    together = prepare_products(jobs, workers=2, progress=lambda done, total: seen.append((done, total)))
    assert together == alone
    assert [(tmp_path / f"{n}.png").read_bytes() for n in range(100) if n != 50] == files
    assert isinstance(together[50], Failed)
    assert all(isinstance(one, Prepared) for at, one in enumerate(together) if at != 50)
    assert seen[-1] == (100, 100)

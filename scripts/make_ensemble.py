"""Search for cohorts from many seeds; write the ensemble of data/study and the example of data/examples.

python -m scripts.make_ensemble search FIRST LAST FOLDER   a CSV for each seed that the folder lacks
python -m scripts.make_ensemble pack FOLDER                the files of data/, from the folder
"""

from __future__ import annotations

import gzip
import sys
import time
from pathlib import Path

from gepnet_core.errors import StudyError
from gepnet_core.replication.cohort_csv import read_rows_csv, rows_csv
from gepnet_core.replication.ensemble import COHORTS_FILE, EXAMPLE_FILE, QUANTITIES_FILE
from gepnet_core.replication.measures import measure_cohort
from gepnet_core.replication.open_quantities import QUANTITIES, open_quantities
from gepnet_core.replication.search.constraints import check_all
from gepnet_core.replication.search.reconstruction import EXAMPLE_SEED, reconstruct


def search(first: int, last: int, folder: Path) -> None:
    """Find a cohort for each seed of a range."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(first, last):
        path = folder / f"{seed:04d}.csv"
        if path.exists():
            continue
        started, cpu = time.perf_counter(), time.process_time()
        try:
            found = reconstruct(seed)
        except StudyError as error:
            sys.stdout.write(f"{seed}: {error}\n")
            continue
        path.write_text(rows_csv([found.columns], [seed]), encoding="utf-8")
        sys.stdout.write(
            f"{seed}: {found.attempts} attempts, {time.perf_counter() - started:.1f} s, "
            f"{time.process_time() - cpu:.1f} s of processor\n"
        )
        sys.stdout.flush()


def pack(folder: Path) -> None:
    """Join the cohorts of a folder, by seed; the same cohorts give the same bytes."""
    cohorts = {}
    for path in sorted(folder.glob("*.csv")):
        cohorts.update(read_rows_csv(path.read_text(encoding="utf-8")))
    text = rows_csv(list(cohorts.values()), list(cohorts))
    COHORTS_FILE.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    EXAMPLE_FILE.write_text(rows_csv([cohorts[EXAMPLE_SEED]], ()), encoding="utf-8")
    lines = [",".join(["seed", "met", "constraints", *QUANTITIES])]
    for seed, columns in cohorts.items():
        checks = check_all(measure_cohort(columns))
        counts = [seed, sum(check.is_met for check in checks), len(checks)]
        values = open_quantities(columns, seed)
        lines.append(",".join([*map(str, counts), *(f"{values[name]:.6f}" for name in QUANTITIES)]))
    QUANTITIES_FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(cohorts)} cohorts, {COHORTS_FILE.stat().st_size} bytes\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["search", first, last, folder]:
            search(int(first), int(last), Path(folder))
        case ["pack", folder]:
            pack(Path(folder))
        case _:
            sys.exit(__doc__)

"""From an own spreadsheet to the ZIP as someone who has never been here, and what the ZIP says and hides."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Page, expect

from gepnet_core.report.cohort.cohort_words import SYNTHETIC_NOTE
from scripts.served import ROOT
from tests.e2e.browser import download, upload, visible_text, visit, wait_until_idle
from tests.e2e.case_page import choose_option, expander
from tests.e2e.cohort_page import PANEL, rows_of

HEADINGS = [
    "Patient",
    "Histology",
    "HAP lesion",
    "HAP liver",
    "PVP lesion",
    "PVP liver",
    "Pattern",
    "Hospital",
    "HAP lesion reader 2",
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOWNLOAD = "Download the ZIP"
HOSPITALS = ("Zzhospital Saint Canary", "Zzhospital North", "Zzhospital Lake")
CANCER, PLATEAU = "adeno ca", "curve B"
CUTOFF = 0.898
Row = tuple[str, str, float, float, float, float, str, str, float]


def make_rows() -> list[Row]:
    """26 adenocarcinomas and 24 NETs: codes that look like names, labels of their own, HU with a decimal."""
    rng = np.random.default_rng(898)
    rows: list[Row] = []
    for k in range(50):
        is_cancer = k % 25 not in range(12)
        liver = round(float(rng.normal(68, 6)), 1)
        lesion = round(liver * float(rng.normal(0.80 if is_cancer else 1.02, 0.14)), 1)
        later = round(float(rng.normal(100, 7)), 1)
        rows.append(
            (
                f"Zzdoe, Canary {k + 1}",
                CANCER if is_cancer else "PNET",
                lesion,
                liver,
                round(later * float(rng.normal(0.75, 0.08)), 1),
                later,
                PLATEAU if rng.random() < (0.85 if is_cancer else 0.3) else "curve C",
                HOSPITALS[k % 3],
                round(lesion + float(rng.normal(1, 2)), 1),
            )
        )
    return rows


def as_xlsx(rows: list[Row]) -> bytes:
    openpyxl: Any = import_module("openpyxl")  # a package without types
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def counted(rows: list[Row]) -> dict[str, Any]:
    """What the rows say of the ratio, of the rule and of the area, computed here from cross products."""
    cancer = np.array([row[1] == CANCER for row in rows])
    # In tenths of a HU, so that no quotient is rounded across the cutoff.
    lesion, liver = (np.array([round(10 * float(row[k])) for row in rows]) for k in (2, 3))
    low, plateau = 1000 * lesion <= 898 * liver, np.array([row[6] == PLATEAU for row in rows])
    pairs = (lesion * liver[:, None] - lesion[:, None] * liver)[~cancer][:, cancer].astype(float)
    # pairs[i, j] = lesion_j * liver_i - lesion_i * liver_j: below zero where the cancer's ratio is the lower.
    return {
        "n": (int(cancer.sum()), int((~cancer).sum())),
        "auc": float(np.mean((pairs < 0) + 0.5 * (pairs == 0))),
        "low": (int((low & cancer).sum()), int((~low & ~cancer).sum())),
        "both": (int((low & plateau & cancer).sum()), int((~(low & plateau) & ~cancer).sum())),
    }


def files_of(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def repeated(files: Mapping[str, bytes], folder: Path) -> bytes:
    """What the command of the README gives in a folder that holds nothing but the files of the ZIP."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    lines = files["README.txt"].decode().splitlines()
    python, *words = shlex.split(next(line for line in lines if line.startswith("  python -m ")))
    assert python == "python"
    ran = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return (folder / "repeated" / "results.json").read_bytes()


def names_in(files: Mapping[str, bytes]) -> set[str]:
    """Files that hold a code, a hospital or the name of the uploaded file, however they are written."""
    return {name for name, content in files.items() if names_somebody((name.encode() + content).lower())}


def names_somebody(content: bytes) -> bool:
    return any(word in content for word in (b"zzdoe", b"canary", b"zzhospital"))


def test_from_an_own_spreadsheet_to_the_zip(page: Page, tmp_path: Path) -> None:
    rows = make_rows()
    own = counted(rows)
    (n, m), (low, high), (both, neither) = own["n"], own["low"], own["both"]
    visit(page, "/cohort")
    upload(page, [FilePayload(name="Zzdoe Canary.xlsx", mimeType=XLSX, buffer=as_xlsx(rows))])
    expect(page.get_by_text("No result yet")).to_be_visible()
    expander(page, PANEL)
    choose_option(page, "Meaning of label 1 of pattern, curve B", "plateau")
    choose_option(page, "Meaning of label 2 of pattern, curve C", "washout")
    page.get_by_role("button", name="Use these columns").click()

    # What stands on the page, nothing changed or ticked.
    expect(page.get_by_text(f"{both} of {n} adenocarcinomas and {neither} of {m} NETs.")).to_be_visible()
    for text, count in [("Rows in the table", n + m), ("Analysed: adenocarcinoma", n), ("Analysed: NET", m)]:
        expect(rows_of(page, text).locator("td")).to_have_text(str(count))
    expect(rows_of(page, "Ratio at or below").first).to_contain_text(f"{low} of {n} (")
    expect(rows_of(page, "Ratio at or below").first).to_contain_text(f"{high} of {m} (")
    of_nets = np.array([row[2] / row[3] for row in rows if row[1] != CANCER])
    described = page.locator("table.gp-table-1 tr").filter(has_text="ratio, hepatic artery phase")
    expect(described).to_contain_text(f"{of_nets.mean():.3f} ± {of_nets.std(ddof=1):.3f} ({m})")
    bias = float(np.mean([row[2] - row[8] for row in rows]))
    expect(page.get_by_text("phase: first minus second reader")).to_contain_text(f"reader {bias:.1f} HU (")
    name, archive = download(page, DOWNLOAD)
    assert name == "gepnet-cohort.zip"

    files = files_of(archive)
    assert names_in(files) == set()
    assert b"synthetic:" not in archive.lower()
    found = json.loads(files["results.json"])
    at = found["at_published_cutoff"]
    assert found["positive_class"] == "adenocarcinoma"
    assert found["accuracy"]["hap_ratio"]["auc"]["value"] == pytest.approx(own["auc"], rel=1e-12)
    assert at["cutoff"] == CUTOFF
    assert at["ratio"]["counts"] == {"tp": low, "fn": n - low, "tn": high, "fp": m - high}
    assert at["combined"]["counts"] == {"tp": both, "fn": n - both, "tn": neither, "fp": m - neither}
    sensitivity = found["frozen"]["hap_ratio"]["sensitivity"]
    assert (sensitivity["count"], sensitivity["n"]) == (low, n)
    assert sensitivity["value"] == pytest.approx(low / n, rel=1e-15)
    assert repeated(files, tmp_path) == files["results.json"]

    # Ticked, codes and hospitals stand where rows are told, and nowhere else.
    page.get_by_text("Leave codes of patients and names of hospitals as they are").click()
    wait_until_idle(page)
    named = files_of(download(page, DOWNLOAD)[1])
    assert names_in(named) == {"cohort.csv"}
    table = list(csv.DictReader(io.StringIO(named["cohort.csv"].decode())))
    assert [(row["patient_id"], row["site"]) for row in table] == [(row[0], row[7]) for row in rows]
    assert named["results.json"] == files["results.json"]
    assert not names_somebody(visible_text(page).lower().encode())


@pytest.mark.soak
def test_the_zip_of_the_example_says_synthetic(page: Page) -> None:
    visit(page, "/cohort")
    name, archive = download(page, DOWNLOAD)
    assert name == "gepnet-cohort-SYNTHETIC.zip"
    files = files_of(archive)
    assert json.loads(files["results.json"])["synthetic"] is True
    for text in ("README.txt", "methods.txt"):
        assert files[text].decode().startswith(SYNTHETIC_NOTE)
    # Above the figures, and in the corner of each: Plotly's data escape the tags of its bold text.
    figures = files["figures.html"].decode()
    assert f"<p>{SYNTHETIC_NOTE}</p>" in figures
    drawn = figures.split("Plotly.newPlot(")[1:]
    assert len(drawn) >= 6  # ratios, ROC curve, accuracy, tuned cutoff, two maps
    assert all("SYNTHETIC" in one for one in drawn)

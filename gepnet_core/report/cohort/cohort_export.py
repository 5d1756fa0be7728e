"""Everything that was computed from a cohort as files, and as one ZIP of them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from gepnet_core.cohort.analysis import CohortAnalysis
from gepnet_core.cohort.dictionary.mapping import mapping_text
from gepnet_core.cohort.shareable_table import judged_rows, shareable_mapping, shareable_table
from gepnet_core.cohort.tables.csv_text import csv_text
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.report.cohort.cohort_json import cohort_json
from gepnet_core.report.cohort.cohort_methods import methods_paragraph, repeat_command
from gepnet_core.report.cohort.cohort_tables import TABLES
from gepnet_core.report.cohort.cohort_words import SYNTHETIC_NOTE

TABLE, MAPPING, REPEATED = "cohort.csv", "mapping.json", "repeated"
_BEGINNING_OF_ZIP = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP can hold: equal results give equal files."""


@dataclass(frozen=True)
class CohortExport:
    """Files by name, text all of them."""

    files: Mapping[str, str]

    def as_zip(self) -> bytes:
        """The files in one compressed ZIP, the same bytes for the same files."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, text in self.files.items():
                entry = zipfile.ZipInfo(name, _BEGINNING_OF_ZIP)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, text.encode())
        return out.getvalue()


def export_cohort(analysis: CohortAnalysis, *, with_identifiers: bool = False) -> CohortExport:
    """Write every result of a cohort.

    Parameters
    ----------
    analysis : CohortAnalysis
    with_identifiers : bool
        Whether the codes of patients and hospitals leave as they are; otherwise they are numbered.
    """
    # Imported here: Plotly is large, and every other report does without it.
    from gepnet_core.figures.cohort_figures import cohort_figures_html

    tables = {name: csv_text(rows(analysis)) for name, rows in TABLES.items()}
    files = {
        "README.txt": _readme(analysis, with_identifiers=with_identifiers),
        "methods.txt": methods_paragraph(analysis) + "\n",
        "results.json": json.dumps(cohort_json(analysis), indent=2, allow_nan=False) + "\n",
        TABLE: shareable_table(analysis.cohort, with_identifiers=with_identifiers),
        MAPPING: mapping_text(shareable_mapping(analysis.cohort.mapping)) + "\n",
        "rows.csv": judged_rows(analysis.cohort),
        **{f"{name}.csv": text for name, text in tables.items() if text},
        "figures.html": cohort_figures_html(analysis, _first_lines(analysis)),
    }
    return CohortExport(files)


def _first_lines(analysis: CohortAnalysis) -> list[str]:
    """What nobody may miss, before everything else."""
    return [SYNTHETIC_NOTE, INTENDED_USE] if analysis.cohort.is_synthetic else [INTENDED_USE]


def _readme(analysis: CohortAnalysis, *, with_identifiers: bool) -> str:
    codes = (
        "Codes of patients and hospitals, and cells that were not understood, are those of the table."
        if with_identifiers
        else "Codes of patients and hospitals were replaced by numbers; a cell that was not understood, "
        "which may be a name, says that instead."
    )
    first = "\n\n".join(_first_lines(analysis))
    return f"""{first}

{TABLE}        the cells that were read, under the names of dictionary.csv
{MAPPING}      what they mean beside those names
rows.csv          what the rule says of each row, and as what it was counted
results.json      every number, unrounded; what is undefined is null, with its reason
*.csv             the same as tables
figures.html      the figures, to open in a browser
methods.txt       how it was done, for a paper

{codes} A cell that a spreadsheet would run as a formula begins with an apostrophe.

To compute all of it again from these files:
  {repeat_command(analysis, TABLE, MAPPING, REPEATED)}
"""

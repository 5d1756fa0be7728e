"""The data dictionary: names, synonyms, missing words."""

from __future__ import annotations

from pathlib import Path

import pytest

from gepnet_core.cohort.dictionary import schema
from gepnet_core.cohort.dictionary.schema import Kind, load_dictionary, plain_heading
from gepnet_core.errors import StudyError
from gepnet_core.study.scope import load_scope

# design.md section 5, the cohort table.
COLUMNS = [
    "patient_id", "diagnosis", "primary_site", "sex", "age_years", "grade", "hap_lesion_hu",
    "hap_liver_hu", "pvp_lesion_hu", "pvp_liver_hu", "ep_lesion_hu", "ep_liver_hu", "hap_ratio",
    "pvp_ratio", "pattern", "hap_enhancement", "distribution", "shape", "neovascularity",
    "lymphadenopathy", "size_mm", "lesion_count", "site",
]  # fmt: skip
CHOICES = {
    "diagnosis": ("net", "adenocarcinoma"),
    "primary_site": ("gastric", "small_bowel", "colorectal", "pancreas"),
    "sex": ("male", "female"),
    "pattern": ("plateau", "washout", "progressive"),
    "hap_enhancement": ("hyper", "hypo"),
    "distribution": ("restricted", "diffuse"),
    "shape": ("round_oval", "irregular"),
    "neovascularity": ("present", "absent"),
    "lymphadenopathy": ("present", "absent"),
}


def test_the_columns_of_the_design() -> None:
    columns = load_dictionary().columns
    assert [name for name in COLUMNS if name not in columns] == []
    assert {name: columns[name].allowed for name in CHOICES} == CHOICES


def test_second_reader_and_scope_columns() -> None:
    columns = load_dictionary().columns
    assert columns["reader2_hap_lesion_hu"].kind is Kind.HU
    assert columns["reader2_pattern"].allowed == CHOICES["pattern"]
    assert "reader2_patient_id" not in columns
    assert [name.removeprefix("scope_") for name in columns if name.startswith("scope_")] == list(
        load_scope()
    )


def test_every_column_says_what_it_means_and_numbers_their_unit() -> None:
    for column in load_dictionary().columns.values():
        assert column.meaning
        assert (column.unit is None) == (column.kind in (Kind.TEXT, Kind.CHOICE)), column.name
        assert column.allowed_text


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("hap_lesion_hu", "hap_lesion_hu"),
        ("HAP lesion (HU)", "hap_lesion_hu"),
        ("  Hap-Lesion-HU ", "hap_lesion_hu"),
        ("\N{NO-BREAK SPACE}HAP\N{NO-BREAK SPACE}lesion", "hap_lesion_hu"),
        ("ＨＡＰ lesion", "hap_lesion_hu"),
        ("Arterial phase liver HU", "hap_liver_hu"),
        ("portal_venous_lesion_hu", "pvp_lesion_hu"),
        ("Reader2 HAP tumour HU", "reader2_hap_lesion_hu"),
        ("ID", "patient_id"),
        ("lesion", None),
        ("liver", None),
        ("hap", None),
        ("", None),
        ("=cmd", None),
    ],
)
def test_headings(heading: str, name: str | None) -> None:
    assert load_dictionary().recognise(heading) == name


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", "NaN", " null ", "-", "?", "Unknown"])
def test_words_for_a_missing_value(cell: str) -> None:
    assert load_dictionary().is_missing(cell)


@pytest.mark.parametrize("cell", ["0", "0.0", "no", "absent", "-1", "x"])
def test_zero_and_no_are_not_missing(cell: str) -> None:
    assert not load_dictionary().is_missing(cell)


def test_plain_heading_is_stable() -> None:
    assert (
        plain_heading(plain_heading("HAP lesion (HU)")) == plain_heading("HAP lesion (HU)") == "hap_lesion_hu"
    )


BASE = """missing_words = []
second_reader_prefix = "reader2_"
[scope]
prefix = "scope_"
allowed = ["yes", "no", "unknown"]
"""


@pytest.mark.parametrize(
    "columns",
    [
        '[[column]]\nname = "a"\nkind = "text"\n',
        '[[column]]\nname = "a"\nkind = "colour"\nmeaning = "b"\n',
        '[[column]]\nname = "a"\nkind = "text"\nmeaning = "x"\nsynonyms = ["c"]\n'
        '[[column]]\nname = "b"\nkind = "text"\nmeaning = "x"\nsynonyms = ["C "]\n',
    ],
)
def test_a_damaged_dictionary_is_refused(
    columns: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dictionary.toml").write_text(BASE + columns, encoding="utf-8")
    monkeypatch.setattr(schema, "DATA_DIRECTORY", tmp_path)
    with pytest.raises(StudyError, match=r"dictionary\.toml"):
        load_dictionary.__wrapped__()

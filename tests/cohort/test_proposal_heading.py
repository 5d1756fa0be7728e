"""Headings of real spreadsheets word by word: what they mean, and what they only seem to mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.cohort.dictionary.mapping import RatioOrientation
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.proposal.heading import read_heading, recognise_words
from gepnet_core.cohort.tables.read import read_table

OVER, UNDER = RatioOrientation.LESION_OVER_LIVER, RatioOrientation.LIVER_OVER_LESION


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Art. Lesion HU", "hap_lesion_hu"),
        ("ArtLesionHU", "hap_lesion_hu"),
        ("HAPlesionHU_mean", "hap_lesion_hu"),
        ("hepatic artery phase lesion", "hap_lesion_hu"),
        ("Liver metastasis, arterial (HU)", "hap_lesion_hu"),
        ("liver lesion HAP", "hap_lesion_hu"),
        ("Leison HU arterail", "hap_lesion_hu"),
        ("CT number HAP lesion", "hap_lesion_hu"),
        ("Lesion 1 HAP HU", "hap_lesion_hu"),
        ("early arterial tumour attenuation", "hap_lesion_hu"),
        ("Hepatic arterial phase liver HU", "hap_liver_hu"),
        ("HAP hepatic parenchyma", "hap_liver_hu"),
        ("HAP non-tumour liver", "hap_liver_hu"),
        ("HAP liver adjacent to lesion", "hap_liver_hu"),
        ("PV lesion", "pvp_lesion_hu"),
        ("Venous phase mets HU", "pvp_lesion_hu"),
        ("Portal vein phase liver (HU)", "pvp_liver_hu"),
        ("hepatic venous phase liver", "pvp_liver_hu"),
        ("Equilibrium normal liver", "ep_liver_hu"),
        ("EP 3 min lesion HU", "ep_lesion_hu"),
        ("late phase lesion HU", "ep_lesion_hu"),
        ("Reader 2 HAP lesion", "reader2_hap_lesion_hu"),
        ("HAP_lesion_R2", "reader2_hap_lesion_hu"),
        ("HAP lesion HU (2nd reader)", "reader2_hap_lesion_hu"),
        ("Observer B PV liver", "reader2_pvp_liver_hu"),
        ("R1 art lesion", "hap_lesion_hu"),
        ("pattern reader 2", "reader2_pattern"),
        ("arterial lesion-to-liver ratio", "hap_ratio"),
        ("portal lesion/liver", "pvp_ratio"),
        ("arterial lesion/normal liver", "hap_ratio"),
        ("Pat. No.", "patient_id"),
        ("PatientID", "patient_id"),
        ("ptid", "patient_id"),
        ("Study number", "patient_id"),
        ("Age (y)", "age_years"),
        ("Gender (m/f)", "sex"),
        ("sex at birth", "sex"),
        ("Dx", "diagnosis"),
        ("Final histopathological diagnosis", "diagnosis"),
        ("Histological grade", "grade"),
        ("kinetic curve type", "pattern"),
        ("Arterial enhancement of the lesion", "hap_enhancement"),
        ("lymph node metastases", "lymphadenopathy"),
        ("max. diameter", "size_mm"),
        ("Size (cm)", "size_mm"),
        ("No. of metastases", "lesion_count"),
        ("# mets", "lesion_count"),
        ("primary tumour location", "primary_site"),
        ("Hospital", "site"),
        ("centre code", "site"),
        # German
        ("Läsion arteriell (HU)", "hap_lesion_hu"),
        ("Leber arteriell", "hap_liver_hu"),
        ("Metastase portalvenös HU", "pvp_lesion_hu"),
        ("LEBER PORTALVENÖS", "pvp_liver_hu"),
        ("Diagnose", "diagnosis"),
        ("Muster", "pattern"),
        ("Geschlecht", "sex"),
        ("Alter", "age_years"),
        ("Größe (mm)", "size_mm"),
        ("Anzahl Metastasen", "lesion_count"),
        ("Klinik", "site"),
    ],
)
def test_what_a_heading_means(heading: str, name: str) -> None:
    assert read_heading(heading).name == name


@pytest.mark.parametrize(
    ("heading", "why"),
    [
        ("Lesion HU", "HU, but no phase"),
        ("HAP HU", "HU, but neither lesion nor liver"),
        ("lesion HAP PVP", "HU, but two phases"),
        ("lesion liver HAP", "HU, but lesion and liver"),
        ("ratio", "a ratio, but no phase"),
        ("HAP lesion SD", "not the mean"),
        ("HAP lesion max HU", "not the mean"),
        ("HAP-PVP lesion HU change", "a change or a percentage"),
        ("% change HAP lesion", "a change or a percentage"),
        ("liver enhancement PVP", "a difference from the unenhanced phase"),
        ("unenhanced liver HU", "a phase that the rule does not look at"),
        ("hepatic artery HU", "something else than a metastasis and its liver"),
        ("portal vein HU", "something else than a metastasis and its liver"),
        ("aorta and liver HAP HU", "something else than a metastasis and its liver"),
        ("HAP primary tumour HU", "something else than a metastasis and its liver"),
        ("number of arterial lesions", "a count, and not HU"),
        ("Lesion 2 HAP HU", "one row holds several"),
        ("EP ratio", "no ratio of the equilibrium phase"),
        ("HAP lesion reader 3", "no such column for this reader"),
        ("lesion no", "which lesion a row is"),
        ("primary tumour size", "not that of a metastasis"),
        ("LN size", "not that of a metastasis"),
        ("age in months", "not one in years"),
        ("CT diagnosis", "not by pathology"),
        ("Reader 1 diagnosis", "not by pathology"),
        ("Phase", "one phase in a row"),
        ("Date of diagnosis", "no word that names a column"),
        ("growth pattern", "no word that names a column"),
        ("steatosis grade", "no word that names a column"),
        ("Patient weight", "no word that names a column"),
        ("hospital stay", "no word that names a column"),
        ("comment", "no word that names a column"),
        ("", "no word that names a column"),
        ("___", "no word that names a column"),
        ("\N{HAMMER}", "no word that names a column"),
    ],
)
def test_what_a_heading_does_not_mean(heading: str, why: str) -> None:
    reading = read_heading(heading)
    assert reading.name is None
    assert why in reading.why
    assert not reading.identifies
    assert reading.is_open == ("no word" in why)


@pytest.mark.parametrize(
    "heading",
    ["Patient name", "NAME", "Surname", "first name", "MRN", "medical record no", "Date of birth", "DOB",
     "Hospital number", "hospital ID", "Initials", "social security number", "e-mail", "home address",
     "Nachname", "Vorname", "Geburtsdatum", "geboren am"],
)  # fmt: skip
def test_headings_that_tell_who_a_patient_is(heading: str) -> None:
    reading = read_heading(heading)
    assert reading.name is None
    assert reading.identifies


@pytest.mark.parametrize(
    "heading", ["scanner name", "hospital name", "sex at birth", "drug name", "record id"]
)
def test_names_of_things_are_no_names_of_people(heading: str) -> None:
    assert not read_heading(heading).identifies


@pytest.mark.parametrize(
    ("heading", "orientation"),
    [
        ("HAP ratio", None),
        ("HAP lesion liver ratio", None),  # a stroke that is not there may stand either way
        ("arterial lesion-to-liver ratio", OVER),
        ("arterial liver-to-lesion ratio", UNDER),
        ("Liver/lesion ratio HAP", UNDER),
        ("HAP: liver metastasis / liver", OVER),
        ("HAP T/L", OVER),
        ("HAP L/T ratio", UNDER),
        ("arterial TLR", OVER),
        ("arterial LTR", UNDER),
        ("Liver adjacent to lesion, HAP", None),
    ],
)
def test_which_way_round_a_ratio_is_said_to_be(heading: str, orientation: RatioOrientation | None) -> None:
    assert read_heading(heading).orientation is orientation


@pytest.mark.parametrize(
    ("heading", "doubt"),
    [
        ("early arterial lesion", ""),
        # data/study/scope.toml, phase_timing: 25-30 s, and 150 s for the equilibrium phase.
        ("late arterial lesion", "25-30 s"),
        ("delayed phase liver HU", "150 s"),
        ("equilibrium phase of the liver", ""),
        ("AP lesion", "anteroposterior"),
        ("Lesion HU", "no phase"),
        ("liver weight", ""),
        ("HAP lesion SD", ""),
    ],
)
def test_doubts(heading: str, doubt: str) -> None:
    found = read_heading(heading).doubt
    assert doubt in found
    assert bool(found) == bool(doubt)


def test_words_that_were_not_understood_are_counted() -> None:
    assert read_heading("HAP lesion HU Siemens").n_unread == 1
    assert read_heading("HAP lesion HU (mean of the ROI)").n_unread == 0


@pytest.mark.parametrize(("heading", "unit"), [("Size (cm)", "cm"), ("size_mm", "mm"), ("Size", None)])
def test_units_of_a_heading(heading: str, unit: str | None) -> None:
    assert read_heading(heading).unit == unit


def test_the_dictionary_goes_before_the_words() -> None:
    for column in load_dictionary().columns.values():
        for heading in (column.name, *column.synonyms):
            assert recognise_words(heading) == column.name


def test_a_line_of_headings_is_found_by_its_words() -> None:
    text = b"Cohort;of 2020\nPat. No.;Art. Lesion HU;Art. Liver HU\n1;50,1;75\n"
    assert read_table(text).headings == ("Cohort", "of 2020")
    assert read_table(text, recognise_words).headings == ("Pat. No.", "Art. Lesion HU", "Art. Liver HU")


@given(st.text(max_size=60))
def test_any_heading_is_a_column_or_none(heading: str) -> None:
    reading = read_heading(heading)
    assert reading.name is None or reading.name in load_dictionary().columns
    assert reading.why.endswith(".")
    assert not (reading.is_open and reading.name)

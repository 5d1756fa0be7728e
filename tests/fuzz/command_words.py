"""Words of a command line: every command with sound arguments on small files, bent."""

from __future__ import annotations

from random import Random

from tests.fuzz.choices import NUMBERS, TEXTS
from tests.fuzz.dicom_files import bent_image, bent_region, sound_series
from tests.fuzz.json_files import bent_mapping
from tests.fuzz.table_files import bent_csv, bent_excel, bent_parquet, sound_csv

_ASSESS = (
    "assess --hap 49.5 70 --pvp 66 110 --ep 60 90 --pattern plateau --definition lesion_hu --tolerance 5 "
    "--cutoff 0.898 --pretest 0.3 --scope untreated=yes"
)
_COMMANDS = (
    _ASSESS,
    "assess --hap 49,5 70",
    "assess --table table --mapping mapping --out out.csv",
    "assess --table table --out out.json",
    "measure ct --ellipse 3 48 48 5 5 --series 2",
    "measure ct --roi roi --label lesion",
    "accuracy table --outcome diagnosis --positive net --marker hap_ratio --direction high --cutoff 0.9 "
    "--prevalence 0.3 --bootstrap 20 --seed 1",
    "compare table --group diagnosis --columns age_years,sex,grade --groups net,adenocarcinoma "
    "--categorical grade",
    "agreement table --raters pattern,reader2_pattern --kind kappa --categories washout,plateau,progressive",
    "agreement table --raters hap_lesion_hu,reader2_hap_lesion_hu --kind icc",
    "logistic table --outcome diagnosis --positive net --predictors age_years,sex --code sex=male:1,female:0 "
    "--backward lr --remove 0.1",
    "study check",
    "cohort table --mapping mapping --count first --zone 0.9,0.9 --prevalence 0.3",
)
_WEIGHTS = (6, 6, 3, 3, 3, 3, 4, 4, 4, 4, 4, 0.05, 0.15)
_OPTIONS = tuple(sorted({word for line in _COMMANDS for word in line.split() if word.startswith("--")}))
_OPTIONS_MORE = ("--json", "--help", "--", "-h", "--version", "--with-patient-id", "--hap=1", "-x", "--jso")
_PLACES = (
    "table",
    "mapping",
    "ct",
    "roi",
    "absent",
    "x" * 300,
    "y/" * 2_000,
    "",
    ".",
    "table/x",
    "out/",
)
_UNPRINTABLE = ("\udcff", "\ud800", "\x1b[31m", "\r", "a\nb")


def bent_words(random: Random) -> list[str]:
    """The words after the program's name."""
    words = random.choices(_COMMANDS, _WEIGHTS)[0].split()
    if random.random() < 0.3:
        words.append("--json")
    most = 1 if words[0] in ("study", "cohort") else random.choice((0, 0, 1, 1, 2, 4))
    for _ in range(most):
        at = random.randrange(len(words) + 1)
        match random.randrange(7):
            case 0 | 1 if at < len(words):
                words[at] = _word(random)
            case 2:
                words.insert(at, _word(random))
            case 3 if at < len(words):
                del words[at]
            case 4 if at < len(words):
                words.insert(at, words[at])
            case 5 if at < len(words):
                words[at] = words[at][: random.randrange(len(words[at]) + 1)]
            case _:
                random.shuffle(words)
    if words and words[0] == "study" and "cohort" in words:
        return ["study", "check"]  # a search of many seconds, bounded by its own tests
    # The words of a process hold no zero byte.
    return [word.replace("\0", "") for word in words]


def _word(random: Random) -> str:
    if random.random() < 0.15:
        return ",".join(
            random.choice(("sex", "grade", "age_years", "", "diagnosis"))
            for _ in range(random.choice((2, 40)))
        )
    return random.choice(random.choice((NUMBERS, TEXTS[:28], _OPTIONS, _OPTIONS_MORE, _PLACES, _UNPRINTABLE)))


def bent_table(random: Random) -> bytes:
    """A table in one of the formats; CSV mostly, as its cells reach furthest."""
    return random.choice((bent_csv, bent_csv, bent_csv, bent_excel, bent_parquet))(random)


def bent_files(random: Random, words: list[str]) -> dict[str, bytes]:
    """The files that the words name, by path; half of them sound."""
    files: dict[str, bytes] = {}
    if "table" in words:
        files["table"] = sound_csv() if random.random() < 0.5 else bent_table(random)
    if "mapping" in words:
        files["mapping"] = b'{"format": "gepnet-table-mapping", "version": 1}'
        if random.random() < 0.5:
            files["mapping"] = bent_mapping(random)
    if "measure" in words:
        for k, source in enumerate(sound_series()[:5]):
            files[f"ct/{k}.dcm"] = source.data
        if random.random() < 0.5:
            files["ct/5.dcm"] = bent_image(random)
        files["roi"] = bent_region(random)
    return files

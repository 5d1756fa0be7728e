"""What each kind of user does, step by step, as one session."""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable

from benchmarks.load.shown_page import ProtocolError
from benchmarks.load.tab import Tab
from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.phase import Phase
from gepnet_core.study.criteria import load_criteria

VIEWER = "gepnet_roi_viewer"
PATTERN = "Enhancement pattern, as you see it"
CALL = 'class="gp-call"'
CUTOFF = "Cutoff of the HAP ratio"
PART = "What to look at"
N_ROWS = 200

Path = Callable[[Tab, random.Random], Awaitable[None]]


def require(is_so: bool, what: str) -> None:
    """The page has to say what it says to a reader, or the session is an error."""
    if not is_so:
        raise ProtocolError(f"the page lacks {what}")


async def typed_case(tab: Tab, rng: random.Random) -> None:
    """Four HU, a pattern, then one HU changed again and again."""
    await tab.open()
    for label, low, high in (
        ("Lesion, HAP", 40, 90),
        ("Liver, HAP", 55, 80),
        ("Lesion, PVP", 50, 90),
        ("Liver, PVP", 95, 120),
    ):
        await tab.think()
        await tab.type(label, f"{rng.uniform(low, high):.1f}")
    require(CALL in tab.page.texts(), "a call after four HU")
    await tab.think()
    await tab.choose(PATTERN, rng.choice(list(EnhancementPattern)).capitalize())
    for _ in range(12):
        await tab.think()
        lesion = f"{rng.uniform(30, 90):.1f}"
        await tab.type("Lesion, HAP", lesion)
        require(lesion in tab.page.texts(), "the HU that was typed")


async def image_case(tab: Tab, rng: random.Random) -> None:
    """The example study: slices of three phases, two ovals drawn and moved, each measured."""
    await tab.open()
    await tab.think()
    await tab.choose("How the HU come in", "Measure on images")
    await tab.think()
    await tab.press("Open the example study", kind="open the example study")
    panels = tab.component_data(VIEWER)["panels"]
    require(len(panels) == len(Phase), "three phases in the viewer")
    for panel in panels:
        for index in range(panel["slices"]):
            pixels = await tab.ask("GET", f"{panel['url']}/{index}", kind="one slice")
            require(len(pixels) == 2 * panel["rows"] * panel["columns"], "a whole slice")
    ovals: list[dict[str, object]] = []
    middle = panels[0]["slices"] // 2
    for sequence in range(1, 11):
        await tab.think()
        tissue = "lesion" if sequence % 2 else "liver"
        ovals = [oval for oval in ovals if oval["tissue"] != tissue]
        place = {
            "id": f"load{sequence}",
            "slice": middle,
            "cx": panels[0]["columns"] * rng.uniform(0.4, 0.6),
            "cy": panels[0]["rows"] * rng.uniform(0.4, 0.6),
            "rx": 6.5,
            "ry": 5.5,
        }
        url = f"{panels[0]['url']}/measure"
        body, headers = json.dumps([place]).encode(), {"Content-Type": "application/json"}
        measured = json.loads(await tab.ask("POST", url, body, headers, kind="measure one oval"))
        require(measured[place["id"]]["n"] > 0, "pixels in the oval")
        ovals.append({**place, "tissue": tissue, "phase": Phase.HAP.value})
        revision = tab.component_data(VIEWER)["revision"]
        drawing = {"revision": revision, "sequence": sequence, "rois": ovals}
        await tab.component(VIEWER, {"drawing": drawing})
        confirmed = tab.component_data(VIEWER)["confirmed"]
        require(confirmed[place["id"]]["mean"] == measured[place["id"]]["mean"], "the same mean twice")


async def cohort(tab: Tab, rng: random.Random) -> None:
    """The example, an own table, its columns confirmed, then the cutoff moved on the next page."""
    await tab.open("cohort")
    await tab.think()
    await tab.upload("Table with diagnoses", "cohort.csv", cohort_table(rng))
    await tab.think()
    await tab.press("Use these columns")
    require(str(N_ROWS) in tab.page.texts(), "the rows of the table")
    await tab.think()
    await tab.go("cutoff")
    for _ in range(10):
        await tab.think()
        cutoff = f"{rng.uniform(0.6, 1.2):.3f}"
        await tab.slide(CUTOFF, float(cutoff))
        require(cutoff.rstrip("0") in tab.page.texts(), "the cutoff that was moved to")


async def teaching(tab: Tab, rng: random.Random) -> None:
    """The lab with two presets and a control, the explorer, one case of the quiz."""
    await tab.open("teach")
    presets = list(tab.page.find("selectbox", "Preset")[0].options)
    for preset in rng.sample(presets, 2):
        await tab.think()
        await tab.pick("selectbox", "Preset", preset)
    for kvp in ("80", "120"):
        await tab.think()
        await tab.choose("Tube voltage (kVp)", kvp)
    await tab.think()
    await tab.choose(PART, "Cutoff and Bayes")
    for _ in range(4):
        await tab.think()
        await tab.slide(CUTOFF, round(rng.uniform(0.6, 1.2), 3))
    await tab.think()
    await tab.slide("Prevalence of adenocarcinoma", float(rng.randint(5, 95)))
    await tab.think()
    await tab.choose(PART, "Quiz")
    await tab.think()
    await tab.press("Start a quiz")
    for label in ("Enhancement pattern", "Your call", "How sure you are"):
        await tab.think()
        await tab.pick("radio", label, rng.choice(list(tab.page.find("radio", label)[0].options)))
    await tab.think()
    await tab.press("Commit")
    require("gp-quiz-answer" in tab.page.texts(), "the answer to the case")


PATHS: dict[str, Path] = {
    "typed case": typed_case,
    "image case": image_case,
    "cohort": cohort,
    "teaching": teaching,
}


def cohort_table(rng: random.Random) -> bytes:
    """Invented patients, SYNTHETIC; a label that the app does not know, so that it asks about the columns."""
    lines = ["Nr,Histology,HAP lesion,HAP liver,PVP lesion,PVP liver,Pattern"]
    cutoff = float(load_criteria().hap_ratio_cutoff)
    for row in range(N_ROWS):
        is_net = row % 2 == 0
        liver, late = rng.uniform(55, 80), rng.uniform(95, 120)
        ratio = rng.gauss(cutoff + (0.15 if is_net else -0.15), 0.2)
        pattern = rng.choice(
            ["washout", "progressive", "plateau"] if is_net else ["plateau", "plateau", "washout"]
        )
        values = (liver * ratio, liver, late * (ratio - 0.2), late)
        diagnosis = "NEN" if row % 50 == 0 else "NET" if is_net else "adenocarcinoma"
        hu = ",".join(f"{value:.1f}" for value in values)
        lines.append(f"{row + 1},{diagnosis},{hu},{pattern}")
    return ("\n".join(lines) + "\n").encode()

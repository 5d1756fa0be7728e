"""The rules of ARCHITECTURE.md that a machine can check."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from textwrap import dedent

import pytest

from scripts.served import ROOT
from tests.source_tree import files, imports, modules, own_module, tree

# From the ground up. What stands on one line may import only from the lines below, and from itself.
FLOORS = (
    {"gepnet_core", "gepnet_core.errors", "gepnet_core.intended_use", "gepnet_core.numbers"},
    {"gepnet_core.study", "gepnet_core.statistics"},
    {"gepnet_core.case"},
    {"gepnet_core.imaging", "gepnet_core.cohort", "gepnet_core.enhancement"},
    {"gepnet_core.replication", "gepnet_core.figures"},
    {"gepnet_core.teaching"},
    {"gepnet_core.report"},
    {"gepnet_core.cli", "gepnet_core.__main__", "ui"},
    {"pages"},
    {"app"},
)
# They may import anything; nothing of the app imports them.
WORKSHOP = {"scripts", "tests", "benchmarks"}
HEAVY = (
    "scipy",
    "pandas",
    "statsmodels",
    "sklearn",
    "gdcm",
    "highdicom",
    "nibabel",
    "openpyxl",
    "pandera",
    "plotly",
    "pyarrow",
    "streamlit",
)
MOST_LINES = 400
LIBRARY = sorted(name for name in modules() if name.split(".")[0] == "gepnet_core")
SHIPPED = sorted(name for name in modules() if name.split(".")[0] not in WORKSHOP)


def part(module: str) -> str:
    """The part of the project that a module belongs to: a package of gepnet_core, or a top folder."""
    names = module.split(".")
    return ".".join(names[:2]) if names[0] == "gepnet_core" else names[0]


def floor(module: str) -> int:
    """Height of a module, the ground being 0."""
    for height, parts in enumerate(FLOORS):
        if part(module) in parts:
            return height
    pytest.fail(f"{module} stands on no floor: give {part(module)} its place in FLOORS and ARCHITECTURE.md")


def test_the_floors_know_every_module() -> None:
    assert len(SHIPPED) > 10  # the walk found the project
    assert [floor(module) for module in SHIPPED if floor(module) < 0] == []


def test_imports_run_one_way() -> None:
    upward = []
    for module in SHIPPED:
        for found in imports(module):
            target = own_module(found.target)
            if target is None or part(target) == part(module):
                continue
            # __main__ is the command line's own door.
            if module == "gepnet_core.__main__" and part(target) == "gepnet_core.cli":
                continue
            if part(target) in WORKSHOP or floor(target) >= floor(module):
                upward.append(f"{module}, line {found.line}: {found.target}")
    assert upward == []


def test_the_library_knows_no_interface_clock_or_network() -> None:
    banned = {"streamlit", "time", "socket", "requests", "urllib3", "http", "aiohttp", "subprocess"}
    found_there = []
    for module in LIBRARY:
        here = banned if part(module) == "gepnet_core.figures" else banned | {"plotly"}
        found_there += [
            f"{module}, line {found.line}: {found.target}"
            for found in imports(module)
            if found.target.split(".")[0] in here or found.target.startswith("urllib.request")
        ]
        found_there += [
            f"{module}, line {node.lineno}: {node.attr}"
            for node in ast.walk(tree(modules()[module]))
            if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"}
        ]
    assert found_there == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        module: {
            target
            for found in imports(module)
            if not found.typing_only and (target := own_module(found.target)) not in (None, module)
        }
        for module in modules()
    }
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))
    assert set(order) == set(modules())


def _import_each(names: list[str], absent: tuple[str, ...]) -> dict[str, list[str]]:
    """Import modules one by one in a new process that lacks some libraries: what each newly brought in."""
    program = dedent("""
        import importlib, json, sys
        import pydicom  # looks for decoders as it is imported, and so imports GDCM itself
        names, absent, heavy = json.loads(sys.argv[1])
        for name in absent:
            sys.modules[name] = None
        brought = {}
        for name in names:
            before = {h for h in heavy if sys.modules.get(h) is not None}
            importlib.import_module(name)
            brought[name] = sorted({h for h in heavy if sys.modules.get(h) is not None} - before)
        print(json.dumps(brought))
    """)
    argument = json.dumps([names, absent, HEAVY])
    done = subprocess.run([sys.executable, "-c", program, argument], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    brought: dict[str, list[str]] = json.loads(done.stdout)
    return brought


def test_the_library_imports_without_streamlit_and_plotly_and_brings_nothing_heavy() -> None:
    # figures is where plotly lives; __main__ would run the command line.
    names = [name for name in LIBRARY if part(name) not in {"gepnet_core.figures", "gepnet_core.__main__"}]
    brought = _import_each(names, ("streamlit", "plotly"))
    assert {name: heavy for name, heavy in brought.items() if heavy} == {}


def test_no_file_outgrows_its_one_job() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files(".py", ".js", ".css")}
    assert {str(path.relative_to(ROOT)): n for path, n in lines.items() if n > MOST_LINES} == {}


def test_names_say_what_a_thing_does() -> None:
    vague = re.compile(r"(^|[_.])(utils?|helpers?|misc|common|managers?)($|[_.])|Manager$|Utils?$|Helpers?$")
    named = [str(path.relative_to(ROOT)) for path in files(".py", ".js") if vague.search(path.stem)]
    for module in SHIPPED:
        for node in ast.walk(tree(modules()[module])):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("get_"):
                named.append(f"{module}.{node.name}")
            if isinstance(node, ast.ClassDef) and vague.search(node.name):
                named.append(f"{module}.{node.name}")
    assert named == []


def test_no_module_of_ui_hides_the_standard_library() -> None:
    # Streamlit puts the folder of its main script, ui/, first on the path while a page runs.
    hidden = [path.stem for path in (ROOT / "ui").glob("*.py") if path.stem in sys.stdlib_module_names]
    assert hidden == []


def test_nothing_of_a_user_is_kept_in_streamlits_shared_caches() -> None:
    cached = [
        f"{module}:{node.lineno}"
        for module in SHIPPED
        for node in ast.walk(tree(modules()[module]))
        if isinstance(node, ast.Attribute) and node.attr in {"cache_data", "cache_resource"}
    ]
    assert cached == []


def test_pages_have_sections_and_no_bare_fragments() -> None:
    # A bare one knows nothing of what is changed elsewhere in the same moment; the other draws nothing.
    bare = {
        module
        for module in SHIPPED
        for node in ast.walk(tree(modules()[module]))
        if isinstance(node, ast.Attribute) and node.attr == "fragment"
    }
    assert bare == {"ui.section", "ui.restart"}


def test_pages_and_registry_agree() -> None:
    from ui.page_registry import PAGES

    there = sorted(path.name for path in (ROOT / "pages").glob("*.py") if path.stem != "__init__")
    assert sorted(entry.file for entry in PAGES) == there

"""What outlives a session in the process: no module, cache or library keeps anything that a user entered.

Streamlit's shared caches are not used at all (tests/test_architecture.py). Here: what functions remember,
what modules change, and whether words of a session that is over are still anywhere in the process.
"""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from scripts.served import ROOT
from tests.pages import case_steps, cohort_steps
from tests.source_tree import modules, tree

SHIPPED = [name for name in modules() if name.split(".")[0] in ("gepnet_core", "ui", "pages", "app")]
Function = ast.FunctionDef | ast.AsyncFunctionDef
# Functions that remember answers by their arguments, and what these are: never more of a user than a letter.
REMEMBERED = {
    "gepnet_core.case.plausibility._ratio_limits": "a phase",
    "gepnet_core.cohort.proposal.words._words_from": "the first letter of a word in a heading",
    "gepnet_core.imaging.phantom.phantom._of_model": "the name of a parameter of the enhancement model",
    "gepnet_core.statistics.proportions.proportion_ratio.proportion_ratio": "counts of the study's cells",
    "gepnet_core.teaching.quiz_scene.quiz_ovals": "the grid of the quiz's phantoms",
}
CHANGES = {
    *("add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem", "remove"),
    *("setdefault", "sort", "reverse", "update"),
}


def functions(module: str) -> Iterator[Function]:
    for node in ast.walk(tree(modules()[module])):
        if isinstance(node, Function):
            yield node


def remembers(function: Function) -> bool:
    """Whether a decorator keeps answers for the life of the process."""
    return any(
        ast.unparse(one).partition("(")[0].rpartition(".")[2] in ("cache", "lru_cache")
        for one in function.decorator_list
    )


def test_functions_remember_nothing_by_what_a_user_entered() -> None:
    by_argument = {
        f"{module}.{function.name}"
        for module in SHIPPED
        for function in functions(module)
        if remembers(function) and ast.unparse(function.args)
    }
    assert by_argument == set(REMEMBERED)


def held_by_module(module: str) -> set[str]:
    """Names that a module assigns outside of functions and classes."""
    statements = tree(modules()[module]).body
    assigned = [one for one in statements if isinstance(one, ast.Assign | ast.AnnAssign)]
    return {
        node.id
        for one in assigned
        for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
        for node in ast.walk(target)
        if isinstance(node, ast.Name)
    }


def own_names(function: Function) -> set[str]:
    """Parameters of a function and names that it binds itself."""
    bound = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    return bound | {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def root_name(node: ast.AST) -> str | None:
    """``a`` of ``a.b[c]``."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def changed(function: Function) -> Iterator[str]:
    """What a function changes in place, or binds in its module."""
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            yield from node.names
        elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            yield root_name(node) or ""
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES
        ):
            yield root_name(node.func.value) or ""


def changed_in(module: str) -> set[str]:
    held = held_by_module(module)
    return {
        f"{module}.{name}"
        for function in functions(module)
        for name in changed(function)
        if name in held and (name not in own_names(function) or declares_global(function, name))
    }


def declares_global(function: Function, name: str) -> bool:
    return any(isinstance(node, ast.Global) and name in node.names for node in ast.walk(function))


def test_no_function_changes_what_its_module_holds() -> None:
    # The one registry, ui.roi_viewer.pixel_route.STORE, changes itself: tokens, with volumes held weakly.
    assert set().union(*(changed_in(module) for module in SHIPPED)) == set()


@pytest.mark.parametrize(
    "line",
    [
        *(
            "kept[key] = text",
            "del kept[key]",
            "kept.update({key: text})",
            "kept.setdefault(key, []).append(1)",
        ),
        *("kept.last = text", "global kept; kept = text", "kept[0].append(text)", "kept[key] += text"),
    ],
)
def test_a_function_that_keeps_something_is_found(line: str) -> None:
    """Else an empty list would say nothing."""
    function = ast.parse(f"def take(key, text):\n    {line}").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert "kept" in set(changed(function))
    assert "kept" not in own_names(function) or declares_global(function, "kept")


def mark(kind: str) -> str:
    """A word that no file of the project holds, made anew so that no constant of this test does either."""
    return "".join(["zz", "uniq", kind])


def in_process(word: str) -> list[str]:
    """Where a word stands in any text that Python can reach: the type of what holds it, and the text."""
    gc.collect()
    found = []
    for holder in gc.get_objects():
        for one in gc.get_referents(holder):
            text = one if isinstance(one, str) else one.decode("latin-1") if isinstance(one, bytes) else ""
            if word in text.lower() and one is not word:
                found.append(f"{type(holder).__name__}: {text[:80]}")
    return found


def table(word: str) -> str:
    """A cohort with the word in headings, codes, labels and cells."""
    rows = [f"Case no.;Dx {word};HAP lesion HU;HAP liver HU;Pattern;{word} site"]
    rows += [f"{word}a{k};net;{70 + k};66;washout;{word} town" for k in range(5)]
    rows += [f"{word}b{k};adenocarcinoma;{40 + k};66;plateau;{word} town" for k in range(5)]
    return "\n".join([*rows, f"{word}c;{word} tumour;50;66;plateau;{word} town"])


@pytest.mark.soak
def test_nothing_of_a_session_that_is_over_is_left_in_the_process() -> None:
    hu = ".".join(["47", "31907"])  # put together here, as above
    word = mark("own")

    def use() -> None:
        page = AppTest.from_file(str(ROOT / "ui" / "router.py"), default_timeout=120).run()
        case_steps.fill(page, hap_lesion_hu=hu, hap_liver_hu="71.5")
        page.switch_page(str(ROOT / "pages" / "cohort.py")).run()
        cohort_steps.upload(page, table(word))
        cohort_steps.press(page, "Use these columns")
        cohort_steps.rested(page.switch_page(str(ROOT / "pages" / "cutoff.py")).run())
        assert in_process(word) and in_process(hu)

    use()
    assert in_process(word) == in_process(hu) == []

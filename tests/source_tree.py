"""The project's modules and who imports whom, read from the source without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scripts.served import ROOT

_CODE = ("gepnet_core", "ui", "pages", "app.py", "scripts", "tests", "benchmarks")


@dataclass(frozen=True)
class Import:
    """One import of one module: which module or name, on which line, and only for the type checker or not."""

    target: str
    line: int
    typing_only: bool


def files(*suffixes: str) -> list[Path]:
    """The project's own source files with one of the suffixes."""
    found = []
    for top in _CODE:
        path = ROOT / top
        found += [path] if path.is_file() else [item for item in path.rglob("*") if item.suffix in suffixes]
    return sorted(item for item in found if item.suffix in suffixes and "__pycache__" not in item.parts)


def module_name(path: Path) -> str:
    """Dotted name of a source file: ui/router.py is ui.router, a package is its folder."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """All modules by dotted name."""
    return {module_name(path): path for path in files(".py")}


@cache
def tree(path: Path) -> ast.Module:
    """The parsed source of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _typing_blocks(root: ast.Module) -> set[ast.AST]:
    """Everything that stands under ``if TYPE_CHECKING`` of a module, which imports it by that name."""
    blocks = [
        node
        for node in root.body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    return {inner for block in blocks for statement in block.body for inner in ast.walk(statement)}


def _targets(node: ast.Import | ast.ImportFrom, package: list[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = package[: len(package) - node.level + 1] if node.level else []
    stem = ".".join(base + ([node.module] if node.module else []))
    yield from (f"{stem}.{alias.name}" for alias in node.names)


@cache
def imports(name: str) -> tuple[Import, ...]:
    """What a module imports, wherever in its text, as full dotted names (module or module.attribute)."""
    path = modules()[name]
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    root = tree(path)
    typing_only = _typing_blocks(root)
    return tuple(
        Import(target, node.lineno, node in typing_only)
        for node in ast.walk(root)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for target in _targets(node, package)
    )


def own_module(target: str) -> str | None:
    """The project's module that an imported name is, or lives in; None for other people's."""
    known = modules()
    while target:
        if target in known:
            return target
        target = target.rpartition(".")[0]
    return None

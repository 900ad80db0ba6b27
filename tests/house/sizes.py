"""How long functions and files are, the longest by name: `python -m tests.house.sizes`."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACES = ("rules", "words", "store", "feeds", "reports", "proxy", "api", "cli", "tests", "bench")
LONGEST_FUNCTION = 60
LONG_FUNCTION = 40
LONGEST_FILE = 400
LONGEST_TEST_FILE = 600
"""Tables of cases may be longer: one looks things up in them."""


@dataclass(frozen=True, slots=True, order=True)
class Size:
    lines: int
    where: str


def files(root: Path = ROOT) -> Iterator[Path]:
    """Give every Python file of ours; migrations are a record of the past."""
    for place in PLACES:
        found = sorted((root / place).rglob("*.py"))
        yield from (path for path in found if "migrations" not in path.parts)


def functions(path: Path, root: Path = ROOT) -> Iterator[Size]:
    """Give the size of every function of a file, its docstring and decorators not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False)
            told = len(docstring.splitlines()) if docstring else 0
            lines = (node.end_lineno or node.lineno) - node.lineno + 1 - told
            yield Size(lines, f"{path.relative_to(root)}:{node.lineno} {node.name}")


def measure(root: Path = ROOT) -> tuple[list[Size], list[Size]]:
    """Return the sizes of all functions and all files, the longest first."""
    of_functions = [size for path in files(root) for size in functions(path, root)]
    of_files = [
        Size(len(path.read_text(encoding="utf-8").splitlines()), str(path.relative_to(root)))
        for path in files(root)
    ]
    return sorted(of_functions, reverse=True), sorted(of_files, reverse=True)


def too_long(root: Path = ROOT) -> list[str]:
    """Name what is longer than the house allows."""
    of_functions, of_files = measure(root)
    long = [size for size in of_functions if size.lines > LONGEST_FUNCTION]
    long += [size for size in of_files if size.lines > _longest(size.where)]
    return [f"{size.lines} lines: {size.where}" for size in long]


def _longest(where: str) -> int:
    return LONGEST_TEST_FILE if where.startswith("tests/") else LONGEST_FILE


def main() -> int:
    """Print the sizes, the worst by name; 1 if something is too long."""
    of_functions, of_files = measure()
    middle = of_functions[len(of_functions) // 2].lines
    long = sum(size.lines > LONG_FUNCTION for size in of_functions)
    print(
        f"sizes: {len(of_functions)} functions, median {middle}, {long} over {LONG_FUNCTION}; "
        f"{len(of_files)} files, longest {of_files[0].lines} ({of_files[0].where})"
    )
    for size in of_functions[:3]:
        print(f"  {size.lines:3} {size.where}")
    wrong = too_long()
    print(*(f"TOO LONG: {line}" for line in wrong), sep="\n", end="\n" if wrong else "")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())

"""The house rules that no linter knows, each with what to do instead."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(
    path
    for folder in ("src", "tests", "bench")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
PRODUCT = [path for path in SOURCES if path.is_relative_to(ROOT / "src")]
FILE_LINES, FUNCTION_LINES = 300, 60
LARGEST_TEXT = 1_000_000
TEXTS = [".py", ".toml", ".md", ".html", ".css", ".csv", ".sh", ".po", ".cfg", ".ini", ".yml", ""]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def code_without_comments(path: Path) -> str:
    with path.open("rb") as file:
        return " ".join(token.string for token in tokenize.tokenize(file.readline) if token.type != tokenize.COMMENT)


def test_files_and_functions_are_short() -> None:
    """Instead: give the second idea in a file or function a name and a place of its own."""
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in PRODUCT}
    assert {path: lines for path, lines in lengths.items() if lines > FILE_LINES} == {}, "split the file by idea"
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in PRODUCT
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= FUNCTION_LINES
    ]
    assert long == [], "name a part of the function"


def is_float(node: ast.AST) -> bool:
    return (
        (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
    )


def test_no_floats_where_money_is() -> None:
    """Instead: whole minor units, `Decimal`, or `money.share_minor`."""
    rooms = {"core", "storage", "documents", "services"}
    files = [path for path in PRODUCT if rooms & set(path.parts) and name(path) != "src/headcount/core/errors.py"]
    floats = [f"{name(path)}:{node.lineno}" for path in files for node in ast.walk(tree(path)) if is_float(node)]  # type: ignore[attr-defined]
    assert floats == [], "use minor units and Decimal; divide with money.half_up"


def test_money_is_rounded_in_one_place() -> None:
    """Instead: call `core.money`."""
    rounding = re.compile(r"ROUND_|quantize|\bround \(")
    files = [path for path in PRODUCT if name(path) != "src/headcount/core/money.py"]
    assert [name(path) for path in files if rounding.search(code_without_comments(path))] == []


def test_no_clock_in_sql() -> None:
    """Instead: pass the organization's `context.now` as a parameter."""
    clocks = re.compile(r"\b(now\(\)|current_timestamp|current_date|clock_timestamp|localtimestamp)", re.IGNORECASE)
    statement = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|DEFAULT)\b")
    found = [
        name(path)
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if statement.search(node.value) and clocks.search(node.value)
    ]
    assert found == [], "pass the time as a parameter"


def test_clocks_are_read_in_one_place() -> None:
    """Instead: `services.clock`. The runtime and the schema live in system time only."""
    reads = re.compile(r"datetime \. (now|today|utcnow) \(|date \. today \(|time \. time \(|timezone \. now")
    allowed = {"src/headcount/services/clock.py", "src/headcount/storage/schema.py"}
    found = [name(path) for path in PRODUCT if reads.search(code_without_comments(path))]
    assert set(found) - allowed == set(), "call services.clock"


def test_no_drawers_for_everything() -> None:
    """Instead: a name that says what is inside."""
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    assert [name(path) for path in PRODUCT if drawers & set(path.with_suffix("").parts)] == []


def texts() -> Iterator[Path]:
    made = {
        ".venv",
        ".git",
        ".headcount",
        ".mypy_cache",
        ".ruff_cache",
        ".hypothesis",
        ".pytest_cache",
        "mutants",
        "build",
        "dist",
    }
    for path in ROOT.rglob("*"):
        if (
            path.is_file()
            and not made & set(path.parts)
            and path.suffix in TEXTS
            and path.stat().st_size < LARGEST_TEXT
        ):
            yield path


def test_no_file_names_a_registry_or_a_place_of_one_machine() -> None:
    """Instead: a package's name; a path from the project's root."""
    forbidden = re.compile(
        "pypi[.]org|pythonhosted|registry[.]npmjs|deb[.]debian|/" + "root/|/" + "work/|[.][.]/" + "shared"
    )
    others = (path for path in texts() if path != Path(__file__))
    found = [name(path) for path in others if forbidden.search(path.read_text(encoding="utf-8", errors="replace"))]
    assert found == []


def test_every_refusal_has_a_sentence_in_both_languages_and_every_sentence_is_said() -> None:
    """Instead: add the code to `headcount.language`, or take out what nobody says."""
    from headcount.language import SENTENCES

    made = re.compile(r'(?:refuse|Refusal|note)\(\s*"([a-z0-9_]+)"')
    files = [path for path in PRODUCT if not {"runtime", "language"} & set(path.parts)]
    sources = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert set(made.findall(sources)) - set(SENTENCES) == set()
    by_field = {"unknown_product", "unknown_meter"}
    assert {code for code in SENTENCES if f'"{code}"' not in sources} - by_field == set()
    for english, german in SENTENCES.values():
        assert english != german
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", german))

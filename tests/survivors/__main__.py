"""Tells which mutants that `mutmut run` left behind are not explained in `explained.toml`.

A mutant is named by its module, its function, the line that was there and what became of it, so that an explanation
holds when lines move, and lapses when the line changes.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MUTMUT = Path(sys.executable).with_name("mutmut")
EXPLAINED = Path(__file__).with_name("explained.toml")
# A mutant that never ends was noticed. "not checked" is one that the sample left out.
NOTICED = {"killed", "timeout", "caught by type check"}


@dataclass(frozen=True)
class Mutant:
    module: str
    function: str
    was: str
    becomes: str


def mutmut(*arguments: str) -> str:
    return subprocess.run([MUTMUT, *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def changed(diff: str, sign: str) -> str:
    """The lines of a diff that begin with a sign; not its heading, which has three."""
    return "\n".join(line[1:].strip() for line in diff.splitlines() if line.startswith(sign) and line[:3] != sign * 3)


def read(name: str, diff: str) -> Mutant:
    """`headcount.core.money.xǁMoneyǁ__add____mutmut_4` is of `Money.__add__`; `….x_half_up__mutmut_1` of `half_up`."""
    module, _, mangled = name.rpartition(".")
    function = mangled.rpartition("__mutmut_")[0].removeprefix("x")
    function = function.strip("ǁ").replace("ǁ", ".") if "ǁ" in function else function.removeprefix("_")
    return Mutant(module, function, changed(diff, "-"), changed(diff, "+"))


def path_of(module: str) -> Path:
    return ROOT / "src" / Path(*module.split(".")).with_suffix(".py")


def place(mutant: Mutant) -> int | None:
    """The number of the line, if the function still has it."""
    path = path_of(mutant.module)
    if not path.exists():
        return None
    source = path.read_text(encoding="utf-8")
    body: list[ast.stmt] = ast.parse(source).body
    node: ast.stmt | None = None
    for part in mutant.function.split("."):
        node = next((one for one in body if getattr(one, "name", None) == part), None)
        body = getattr(node, "body", [])
    if node is None:
        return None
    lines = [line.strip() for line in source.splitlines()]
    numbers = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return next((number for number in numbers if lines[number - 1] == mutant.was.partition("\n")[0]), None)


def main() -> int:
    entries = tomllib.loads(EXPLAINED.read_text(encoding="utf-8")).get("survivor", [])
    explained = {Mutant(one["module"], one["function"], one["was"], one["becomes"]): one["why"] for one in entries}
    status = dict(line.strip().rsplit(": ", 1) for line in mutmut("results", "--all", "yes").splitlines())
    tried = {name: result for name, result in status.items() if result != "not checked"}
    open_ones = 0
    for name in sorted(name for name, result in tried.items() if result not in NOTICED):
        diff = mutmut("show", name)
        mutant = read(name, diff)
        if mutant in explained:
            continue
        open_ones += 1
        print(f"\n{path_of(mutant.module).relative_to(ROOT)}:{place(mutant)} {mutant.function}: {status[name]}, {name}")
        print(textwrap.indent(mutant.was, "  - "), textwrap.indent(mutant.becomes, "  + "), sep="\n")
    stale = [mutant for mutant in explained if place(mutant) is None]
    for mutant in stale:
        print(f"\n{EXPLAINED.name} explains what {mutant.module}.{mutant.function} does not say any more: {mutant.was}")
    counts = ", ".join(f"{count} {result}" for result, count in Counter(tried.values()).most_common())
    print(f"\n{len(tried)} of {len(status)} mutants: {counts}. Not explained: {open_ones}. Out of date: {len(stale)}.")
    return 1 if open_ones or stale or not tried else 0


if __name__ == "__main__":
    sys.exit(main())

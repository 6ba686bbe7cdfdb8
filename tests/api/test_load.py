"""`headcount load` against the real server: a few seconds of traffic, and what it says where a count is wrong."""

from __future__ import annotations

import json

from headcount.traffic.script import Item
from headcount.traffic.sent import Difference, Sent, differences
from tests.vendor import run


def load(port: int, *options: str) -> tuple[int, dict[str, dict[str, str]], str]:
    result = run("load", "--url", f"http://127.0.0.1:{port}", "--format", "json", *options)
    return result.status, {row["request"]: row for row in json.loads(result.out or "[]")}, result.err


def test_all_counts_are_what_was_acknowledged(port: int) -> None:
    status, rows, err = load(port, "--activities", "3000", "--batch", "100", "--connections", "4", "--customers", "10")
    assert (status, err.strip()) == (0, "all 30 counts agree"), err
    assert int(rows["activity"]["number"]) == 3000
    assert int(rows["claim"]["number"]) == 4 * 30
    assert {"withdrawal", "counts"} < rows.keys()
    organizations = run("organization", "list", "--format", "json").out
    assert "load-" not in organizations


def test_what_cannot_be_loaded(port: int) -> None:
    assert load(1)[0] == 1
    assert "no_server" in load(1)[2]
    assert run("load", "--url", "ftp://nowhere").status == 1
    assert load(port, "--seconds", "1", "--activities", "1")[0] == 2


def test_a_wrong_count_is_found() -> None:
    ada, late = (Item(id, "c1", member, "visit", "", "2026-05") for id, member in (("1", "ada"), ("2", "bob")))
    sent = Sent({"1": ada, "2": late}, {"2"}, {("c0", "cleo"), ("c0", "dan")})
    expected = sent.counts()
    assert expected == {("c1", "2026-05"): 1, ("c0", "2026-05"): 2}
    right = {("c1", "2026-05"): 1, ("c0", "2026-05"): 2, ("c1", "2026-04"): 0}
    assert list(differences(expected, right, {"c0": 2, "c1": 9})) == []
    assert list(differences(expected, right, {"c0": 1, "c1": 9})) == [Difference("c0", "2026-05", 2, 2)]
    wrong = right | {("c1", "2026-05"): 2}
    assert list(differences(expected, wrong, {"c0": 2, "c1": 9})) == [Difference("c1", "2026-05", 1, 2)]

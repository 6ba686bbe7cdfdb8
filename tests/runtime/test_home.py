from __future__ import annotations

import os
from pathlib import Path

import pytest

from headcount.runtime.errors import RuntimeRefusal
from headcount.runtime.home import home as home_folder
from headcount.runtime.secret import secret, secrets_file

from .support import line, mode, python


def test_a_new_home_can_be_walked_through_but_not_looked_into(home: Path) -> None:
    before = os.umask(0o077)
    try:
        assert home_folder() == home
    finally:
        os.umask(before)
    assert mode(home) == "0711"


def test_a_home_that_exists_is_left_as_it_is(home: Path) -> None:
    home.mkdir(0o700)
    home.chmod(0o750)
    home_folder()
    assert mode(home) == "0750"


def test_without_a_choice_it_is_where_the_desktop_keeps_data(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEADCOUNT_HOME")
    monkeypatch.setenv("HOME", str(home))
    assert home_folder() == home / ".local" / "share" / "headcount"
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    assert home_folder() == home / "data" / "headcount"


def test_a_home_that_cannot_be_is_refused(home: Path) -> None:
    home.write_text("a file")
    with pytest.raises(RuntimeRefusal) as refusal:
        home_folder()
    assert refusal.value.code == "home_not_writable"
    assert str(home) in refusal.value.message


def test_secrets_stay_the_same_and_are_for_the_owner_only(home: Path) -> None:
    first = secret("one")
    assert first == secret("one") != secret("two")
    assert len(first) >= 40
    assert mode(secrets_file(home)) == "0600"
    assert not list(home.glob(".secrets*"))


def test_processes_that_ask_at_once_get_the_same_secret(home: Path) -> None:
    ask = "from headcount.runtime.secret import secret; input(); print(secret('key'))"
    with python(home, ask) as one, python(home, ask) as two, python(home, ask) as three:
        processes = (one, two, three)
        for process in processes:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        assert len({line(process) for process in processes}) == 1

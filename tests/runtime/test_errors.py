from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import headcount.runtime
from headcount.runtime.errors import RuntimeRefusal
from headcount.runtime.texts import TEXTS

PACKAGE = Path(headcount.runtime.__file__).parent


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", TEXTS)
def test_each_refusal_says_the_same_in_both_languages(code: str) -> None:
    texts = TEXTS[code]
    assert set(texts) == {"en", "de"}
    english, german = texts["en"], texts["de"]
    assert fields(english.message) == fields(german.message)
    assert fields(english.advice) == fields(german.advice)


def test_each_refusal_has_a_text_and_each_text_a_refusal() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py") if path.stem != "texts")
    raised = set(re.findall(r'RuntimeRefusal\(\s*"(\w+)"', sources)) | set(re.findall(r'"(port_\w+)"', sources))
    assert raised == set(TEXTS)


def test_a_refusal_speaks_the_language_it_is_asked_in() -> None:
    refusal = RuntimeRefusal("port_in_use", port=8000, other=8001)
    assert refusal.message == "Port 8000 is already taken by another program."
    assert refusal.explain("de").message == "Port 8000 ist bereits von einem anderen Programm belegt."
    assert refusal.explain("fr") == refusal.explain("en")
    assert "--port 8001" in refusal.advice

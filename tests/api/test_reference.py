"""The page about the API: its examples are run in their order, and answer what the page says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.api.practice import Api

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sh\n(curl .*?)```\n\n```json\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_names_what_there_is(database: None) -> None:
    from headcount.api.items import CONTENT_TYPES
    from headcount.services.api_keys import SCOPES
    from headcount.services.events import KINDS

    assert len(EXAMPLES) >= 6
    assert [word for word in (*CONTENT_TYPES, *KINDS) if f"`{word}`" not in PAGE] == []
    assert [scope for scope in SCOPES if f"`{scope}`" not in PAGE] == []


def test_the_examples_answer_what_the_page_says(api: Api, port: int) -> None:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    for command, expected in EXAMPLES:
        asked = command.replace("localhost:8000", f"127.0.0.1:{port}").replace("curl ", "curl -s --fail-with-body ", 1)
        ran = subprocess.run(asked, shell=True, env=os.environ | {"KEY": api.key}, capture_output=True, check=False)
        assert ran.returncode == 0, (command, ran.stdout)
        said = json.loads(ran.stdout)
        if "counts" in said:
            said["counts"] = [one for one in said["counts"] if one["meter"] == "active-clients"]
        assert said == json.loads(expected), command

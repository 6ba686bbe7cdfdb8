"""Claims over HTTP: what is answered, and what is not understood."""

from __future__ import annotations

import json

import pytest

from tests.api.practice import Api, content


def ask(api: Api, wish: dict[str, object], status: int, **headers: str) -> dict[str, object]:
    body = json.dumps(wish).encode()
    said: dict[str, object] = content(api("POST", "/v1/claims", body, "application/json", **headers), status)
    return said


def claim(api: Api, **wish: object) -> dict[str, object]:
    return ask(api, {"customer": "anna", "kind": "food_plan", **wish}, 200)


def test_yes_again_and_no(api: Api) -> None:
    first = claim(api, member="ada", key="k1")
    assert (first["allowed"], first["outcome"], first["key"], first["repeated"]) == (True, "new", "k1", False)
    again = claim(api, member="ada", key="k1")
    assert again == {**first, "repeated": True}
    assert claim(api, member="ada")["outcome"] == "already"
    for number in range(9):
        assert claim(api, member=f"m{number}")["outcome"] == "new"
    no = claim(api, member="one-more")
    assert (no["allowed"], no["outcome"], no["meters"]) == (False, "refused", [])
    refusal = no["refusal"]
    assert isinstance(refusal, dict)
    numbers = refusal["numbers"]
    assert refusal["code"] == "limit_reached"
    assert (numbers["limit"], numbers["used"], numbers["resets_at"], numbers["next_size"]) == (
        10, 10, "2026-06-01T00:00:00+02:00", 25,
    )  # fmt: skip
    assert claim(api, member="m3")["outcome"] == "already"


def test_the_key_may_be_a_header(api: Api) -> None:
    said = ask(api, {"customer": "anna", "kind": "food_plan", "member": "ada"}, 200, idempotency_key="in-the-header")
    assert said["key"] == "in-the-header"


ADA = {"customer": "anna", "member": "ada", "kind": "food_plan"}


@pytest.mark.parametrize(
    ("wish", "status", "code", "field"),
    [
        ({}, 422, "missing_field", "customer"),
        (ADA | {"member": ""}, 422, "empty_field", "member"),
        (ADA | {"member": 7}, 422, "not_a_text", "member"),
        (ADA | {"customer": "nobody"}, 404, "unknown_customer", "customer"),
        (ADA | {"kind": "food_pan"}, 422, "unknown_kind", "kind"),
        (ADA | {"acept_up_to": "1"}, 422, "unknown_field", "acept_up_to"),
        (ADA | {"accept_up_to": 1.5}, 422, "price_not_exact", "accept_up_to"),
        ({"subscription": "anna-1", "member": "ada"}, 422, "no_seats", "subscription"),
        ({"subscription": "none", "member": "ada"}, 422, "unknown_subscription", "subscription"),
    ],
)  # fmt: skip
def test_what_is_not_understood(api: Api, wish: dict[str, object], status: int, code: str, field: str) -> None:
    error = ask(api, wish, status)["error"]
    assert isinstance(error, dict)
    assert (error["code"], error["field"]) == (code, field)


def test_one_key_for_two_people_is_a_conflict(api: Api) -> None:
    claim(api, member="ada", key="k1")
    ask(api, {"customer": "anna", "kind": "food_plan", "member": "bob", "key": "k1"}, 409)

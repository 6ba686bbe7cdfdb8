"""Who may ask, and that every answer is JSON, whatever is asked."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.api.practice import Api, content, count_of, found, item, new_key
from tests.vendor import Vendor


def test_a_key_is_shown_once_and_ends_with_its_revocation(vendor: Vendor) -> None:
    api = new_key(vendor, "activity", name="crm")
    assert api.key.startswith("hc_")
    assert len(api.key) >= len("hc_") + 32
    assert api.send([item("1", "ada")])["counted"] == 1
    (listed,) = vendor.rows("keys", "list")
    assert (listed["name"], listed["scopes"], listed["revoked_at"]) == ("crm", "activity", "")
    assert api.key not in json.dumps(listed) + vendor.ok("journal", "--format", "json").out
    assert vendor("keys", "create", "crm", "--scope", "activity").err.startswith("key_name_taken")
    assert "“activty” is not one of" in vendor("keys", "create", "x", "--scope", "activty").err
    vendor.ok("keys", "revoke", "crm")
    assert api.send([item("2", "bob")], status=401)["error"]["code"] == "not_authenticated"
    assert vendor("keys", "revoke", "crm").err.startswith("unknown_api_key")
    assert new_key(vendor, name="crm").send([item("2", "bob")])["counted"] == 1
    actions = [line["action"] for line in vendor.rows("journal")]
    assert actions[-5:] == [
        "api_key.created", "activity.recorded", "api_key.revoked", "api_key.created", "activity.recorded",
    ]  # fmt: skip


def test_a_key_may_do_what_its_scopes_say(vendor: Vendor) -> None:
    api = new_key(vendor, "counts")
    refused = content(api("POST", "/v1/activity", b"[]", "application/json"), 403)["error"]
    assert (refused["code"], refused["numbers"]) == ("scope_missing", {"scope": "activity", "scopes": "counts"})
    assert api.get("/v1/customers/anna/counts")["customer"] == "anna"
    assert content(api("GET", "/v1/customers/anna/counts/recent/people"), 403)["error"]["numbers"]["scope"] == "people"


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer hc_wrong", "Basic hc_wrong", "Bearer wrong"])
def test_without_a_valid_key_nothing_opens(api: Api, shown: str) -> None:
    response = api("GET", "/v1/customers/anna/counts", authorization=shown)
    assert content(response, 401)["error"]["code"] == "not_authenticated"
    assert response["WWW-Authenticate"] == "Bearer"


def test_another_organization_sees_nothing(vendor: Vendor, api: Api, new_vendor: Callable[..., Vendor]) -> None:
    other_vendor = found(new_vendor)
    other = new_key(other_vendor)
    vendor.customers("only-ours")
    api.send([item("1", "ada"), item("2", "bob", customer="only-ours"), *[item(f"{n}", f"m{n}") for n in range(3, 20)]])
    assert count_of(other)["count"] == 0
    assert content(other("GET", "/v1/customers/only-ours/counts"), 404)["error"]["code"] == "unknown_customer"
    assert other.send([item("2", "bob", customer="only-ours")])["refused"] == 1
    (event, *_) = api.get("/v1/events")["events"]
    assert other.get("/v1/events")["events"] == []
    assert content(other("GET", f"/v1/events?after={event['id']}"), 422)["error"]["code"] == "unknown_event"
    assert content(other("DELETE", "/v1/activity/1"), 200)["found"] == 0
    assert count_of(api)["count"] == 18


def test_withdrawals_can_be_repeated(api: Api) -> None:
    slashes = "app/1 ü%?#"
    api.send([item("1", "ada"), item("2", "ada", kind="measurements"), item(slashes, "bob")])
    assert count_of(api)["count"] == 2
    place = "/v1/activity/app%2F1%20%C3%BC%25%3F%23?customer=anna"
    assert content(api("DELETE", place), 200) == {"found": 1, "uncounted": 1, "already": False}
    assert content(api("DELETE", place), 200) == {"found": 1, "uncounted": 0, "already": True}
    assert content(api("DELETE", "/v1/activity/1"), 200)["uncounted"] == 0
    assert count_of(api)["count"] == 1
    assert api.send([item(slashes, "bob")], "?answers=items")["items"] == [{"index": 0, "result": "repeated"}]
    assert content(api("DELETE", "/v1/activity/1?customer=nobody"), 404)["error"]["code"] == "unknown_customer"


@pytest.mark.parametrize(
    ("method", "place", "status", "code"),
    [
        ("GET", "/v1/", 404, "no_such_address"),
        ("GET", "/v1/customers", 404, "no_such_address"),
        ("GET", "/v1/customers/", 404, "no_such_address"),
        ("POST", "/v1/nothing%0Ahere", 404, "no_such_address"),
        ("TRACE", "/v1/nothing", 405, "method_not_allowed"),
        ("GET", "/v1/activity", 405, "method_not_allowed"),
        ("PUT", "/v1/customers/anna/counts", 405, "method_not_allowed"),
    ],
)
def test_every_address_answers_in_json(api: Api, method: str, place: str, status: int, code: str) -> None:
    response = api(method, place)
    assert content(response, status)["error"]["code"] == code
    assert "Set-Cookie" not in response
    assert "Content-Security-Policy" not in response


def test_a_mistake_of_ours_is_no_traceback(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("headcount.api.counts.counts_now", broken)
    response = api("GET", "/v1/customers/anna/counts")
    assert content(response, 500)["error"]["code"] == "internal_error"
    assert b"secret" not in response.content


def test_a_database_that_is_away_is_said_to_be(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def away(*_: object) -> None:
        raise OperationalError("secret")

    monkeypatch.setattr("headcount.api.counts.counts_now", away)
    response = api("GET", "/v1/customers/anna/counts")
    assert content(response, 503)["error"]["code"] == "unavailable"
    assert response["Retry-After"] == "1"


def test_a_request_is_found_in_the_journal_by_its_id(vendor: Vendor, api: Api) -> None:
    response = api(
        "POST", "/v1/activity", json.dumps([item("1", "ada")]).encode(), "application/json", request_id="r-1"
    )
    assert response["Request-Id"] == "r-1"
    assert api("GET", "/v1/", request_id="bad\u00e9 id")["Request-Id"].isalnum()
    from headcount.services.context import open_context
    from headcount.services.organizations import journal_lines

    last = journal_lines(open_context(vendor.key, "test"))[-1]
    assert (last.action, last.request_id, last.actor[:8]) == ("activity.recorded", "r-1", "key:key_")


def test_sentences_come_in_the_language_that_is_asked_for(api: Api) -> None:
    for asked, expected in [("de", "Unter"), ("de-AT,en;q=0.8", "Unter"), ("fr, en", "There"), ("", "There")]:
        message = content(api("GET", "/v1/", accept_language=asked), 404)["error"]["message"]
        assert message.startswith(expected)

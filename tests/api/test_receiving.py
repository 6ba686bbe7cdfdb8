"""`POST /v1/activity`: every content type, answers, and that one bad item never loses the others."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from typing import Any

from tests.api.practice import APRIL, MAY, PACKED, Api, content, count_of, found, item, new_key, totals
from tests.vendor import Vendor

FINE = [item("1", "ada"), item("2", "bob"), item("3", "ada", kind="measurements"), item("4", "cyd", kind="login")]
BAD: list[tuple[object, str, str]] = [
    (item("9", "ada") | {"id": 5}, "not_a_text", "id"),
    ({"id": "9", "member": "m", "kind": "food_plan", "occurred_at": MAY}, "missing_field", "customer"),
    (item("9", "ada") | {"id": None}, "missing_field", "id"),
    (item("9", "ada") | {"membr": "x"}, "unknown_field", "membr"),
    (item("9", "ada", customer="ana"), "unknown_customer", "customer"),
    (item("9", "ada", kind="food_pan"), "unknown_kind", "kind"),
    (item("9", "ada", at="2026-05-10"), "no_offset", "occurred_at"),
    (item("9", "ada", at="2031-05-10T09:00:00Z"), "clock_is_wrong", "occurred_at"),
    (item("9", "ada", at=""), "empty_field", "occurred_at"),
    (item("", "ada"), "empty_field", "id"),
    (item("9", "a\u0000da"), "control_character", "member"),
    (item("9", "a" * 201), "too_long", "member"),
    (17, "not_a_table", ""),
    ([], "not_a_table", ""),
    (None, "not_a_table", ""),
]


def test_one_and_many_and_again(api: Api) -> None:
    assert api.send(FINE[0]) == {**totals(1, 1, 1), "refusals": []}
    assert api.send(FINE) == {**totals(4, 3, 1), "refusals": []}
    assert api.send(FINE) == {**totals(4, 0, 0), "refusals": []}
    assert api.send([]) == {**totals(0, 0, 0), "refusals": []}
    assert count_of(api)["count"] == 2


def test_answers_for_each_item(api: Api) -> None:
    api.send(FINE[0])
    answer = api.send([FINE[0], FINE[1], FINE[1], item("5", "x", customer="ana"), item("6", "dan")], "?answers=items")
    assert [one["result"] for one in answer["items"]] == ["repeated", "counted", "repeated", "refused", "counted"]
    refused = answer["items"][3]
    assert refused["code"] == "unknown_customer"
    assert (refused["index"], refused["field"]) == (3, "customer")
    assert refused["message"] == "No customer is called “ana”. Did you mean “anna”?"
    assert {name: answer[name] for name in totals(0, 0, 0)} == totals(5, 2, 2, 1)


def test_one_bad_item_stands_alone(api: Api) -> None:
    for number, (bad, code, field) in enumerate(BAD):
        good = item(f"good-{number}", f"m{number}")
        answer = api.send([FINE[0], bad, good])
        assert (answer["counted"] >= 1, answer["refused"]) == (True, 1), bad
        (refusal,) = answer["refusals"]
        assert (refusal["index"], refusal["code"], refusal["field"]) == (1, code, field)
        assert api.send_lines(json.dumps(one) for one in [good, bad, FINE[3]])["refusals"] == [refusal]
        nothing = api.send([item("never", "never"), bad], "?atomic=true", status=422)
        assert nothing["error"]["code"] == "batch_refused"
        assert [one["code"] for one in nothing["refusals"]] == [code]
        if isinstance(bad, dict):
            alone = api.send(bad, status=404 if code == "unknown_customer" else 422)
            assert (alone["error"]["code"], alone["error"]["field"]) == (code, field)
    assert count_of(api)["count"] == 1 + len(BAD)


def test_known_words_are_suggested(api: Api) -> None:
    answer = api.send([FINE[0] | {"membr": "x"}], accept_language="de-DE,en;q=0.5")
    assert answer["refusals"][0]["numbers"]["nearest"] == "member"
    assert answer["refusals"][0]["message"].endswith("Ist „member“ gemeint?")


def test_the_same_id_for_two_things_is_refused_and_nothing_else(api: Api) -> None:
    answer = api.send([item("1", "ada"), item("1", "bob"), item("2", "cyd")], "?answers=items")
    assert [one["result"] for one in answer["items"]] == ["refused", "refused", "counted"]
    assert answer["items"][0]["code"] == "id_conflict"


def test_lines_of_json(api: Api) -> None:
    lines = [json.dumps(one) for one in FINE]
    assert api.send_lines(["", *lines, "", " "])["received"] == 4
    answer = api.send_lines([lines[0], "{broken", "", json.dumps(item("8", "eva")), '{"id":"\\ud800"}'], packed=True)
    assert {name: answer[name] for name in totals(0, 0, 0)} == totals(4, 1, 1, 2)
    assert [(one["index"], one["code"]) for one in answer["refusals"]] == [(1, "not_json"), (3, "not_json")]


def test_without_a_time_it_is_now(api: Api) -> None:
    api.send({name: value for name, value in FINE[0].items() if name != "occurred_at"})
    (person,) = api.get("/v1/customers/anna/counts/active-clients/people")["people"]
    assert person["occurred_at"] == "2026-05-20T00:00:00+02:00"


def test_beyond_a_limit_it_is_kept_and_told(api: Api) -> None:
    api.send([item(f"{number}", f"m{number}") for number in range(12)])
    now = count_of(api)
    assert (now["count"], now["limit"], now["remaining"], now["over"]) == (12, 10, 0, 2)
    events = api.get("/v1/events?kind=limit.over,limit.reached")
    assert [one["kind"] for one in events["events"]] == ["limit.reached", "limit.over"]
    assert api.get(events["next"])["events"] == []


EVENT = {"specversion": "1.0", "id": "1", "source": "/app", "type": "food_plan", "time": MAY, "subject": "ada"}


def test_cloud_events(api: Api) -> None:
    def send(value: object, kind: str, status: int = 200, query: str = "", **headers: str) -> Any:
        place = f"/v1/activity{query}"
        return content(api("POST", place, json.dumps(value).encode(), kind, **headers), status)

    one, batch = "application/cloudevents+json", "application/cloudevents-batch+json; charset=utf-8"
    assert send(EVENT | {"customer": "anna", "datacontenttype": "x", "data": 5}, one)["counted"] == 1
    assert send(EVENT | {"data": {"customer": "anna"}, "traceparent": "x"}, one)["kept"] == 0
    other = EVENT | {"source": "/other", "data": {"customer": "anna", "member": "bob"}}
    bad = [EVENT, other | {"specversion": "0.3"}, other | {"source": "a b"}, 5]
    answer = send([other, *bad], batch, query="?answers=items")
    assert [line["result"] for line in answer["items"]] == ["counted", *["refused"] * 4]
    assert [line.get("code") for line in answer["items"][1:]] == [
        "missing_field", "another_specversion", "space_in_source", "not_a_table",
    ]  # fmt: skip
    headers: dict[str, Any] = {"ce_specversion": "1.0", "ce_id": "7", "ce_source": "/app", "ce_type": "food_plan"}
    headers["ce_subject"] = "c%C3%A4"
    assert send({"customer": "anna"}, "application/json", **headers, ce_time=MAY)["counted"] == 1
    people = api.get("/v1/customers/anna/counts/active-clients/people")["people"]
    assert [(one["member"], one["id"]) for one in people] == [("ada", "/app 1"), ("bob", "/other 1"), ("cä", "/app 7")]
    assert send(EVENT, one, 422)["error"]["code"] == "missing_field"
    assert send({}, batch, 422)["error"]["code"] == "not_a_list"


JSON, LINES = "application/json", "application/x-ndjson"
BODIES: list[tuple[bytes, str, dict[str, str], int, str]] = [
    (b" ", JSON, {}, 400, "body_not_json"),
    (b"[{", JSON, {}, 400, "body_not_json"),
    (b"\xff", JSON, {}, 400, "body_not_json"),
    (b'{"id": "\xff"}', JSON, {}, 400, "body_not_json"),
    (b"[" * 100_000, JSON, {}, 400, "body_not_json"),
    (b"<a/>", "text/xml", {}, 415, "unknown_content_type"),
    (b"[]", JSON, {"content_encoding": "br"}, 415, "unknown_encoding"),
    (b"[]", JSON, PACKED, 400, "broken_compression"),
    (gzip.compress(b"[]")[:-4], JSON, PACKED, 400, "broken_compression"),
    (gzip.compress(b" " * 20_000_000), JSON, PACKED, 413, "body_too_large"),
    (b" " * 16_777_217, JSON, {}, 413, "body_too_large"),
    (b"[" + b"1," * 10_000 + b"1]", JSON, {}, 413, "too_many"),
    (b"{}\n" * 10_001, LINES, {}, 413, "too_many"),
    (b'"text"', JSON, {}, 422, "not_a_table"),
]


def test_bodies_that_cannot_be_taken(api: Api) -> None:
    for body, kind, headers, status, code in BODIES:
        assert content(api("POST", "/v1/activity", body, kind, **headers), status)["error"]["code"] == code


def test_a_gzip_of_several_parts_is_one_body(api: Api) -> None:
    body = gzip.compress(json.dumps(FINE[0]).encode() + b"\n") + gzip.compress(json.dumps(FINE[1]).encode())
    answer = api("POST", "/v1/activity", body, "application/x-ndjson", content_encoding="gzip")
    assert content(answer, 200)["counted"] == 2


def test_any_order_and_repetition_gives_the_same_counts(new_vendor: Callable[..., Vendor]) -> None:
    chance = random.Random(7)
    sent = [
        item(f"{n}", f"m{chance.randrange(30)}", chance.choice(("anna", "beate")), at=chance.choice((APRIL, MAY)))
        for n in range(200)
    ]
    seen = []
    for shuffles in (1, 4):
        api = new_key(found(new_vendor))
        counted = 0
        for _ in range(shuffles):
            mixed = chance.sample(sent, len(sent)) + chance.sample(sent, 50)
            for start in range(0, len(mixed), 40):
                batch: list[object] = [*mixed[start : start + 40], {"bad": 1}]
                answer = api.send(batch, "?answers=items")
                counted += answer["counted"]
                assert answer["counted"] == sum(one["result"] == "counted" for one in answer["items"])
                assert answer["counted"] + answer["repeated"] + answer["refused"] == answer["received"] == len(batch)
        places = [f"/v1/customers/{c}/counts/active-clients/people?window={w}&most=1000"
                  for c in ("anna", "beate") for w in ("2026-04", "2026-05")]  # fmt: skip
        pages = [api.get(place) for place in places]
        assert counted == sum(page["count"] for page in pages)
        assert all(page["count"] == len(page["people"]) for page in pages)
        seen.append(pages)
    assert seen[0] == seen[1]

"""`GET /v1/customers/{key}/counts`: the numbers, the tiers beside them, and the people behind them."""

from __future__ import annotations

from urllib.parse import quote

from tests.api.practice import APRIL, MAY, Api, content, count_of, item
from tests.vendor import Vendor


def test_every_meter_of_a_customer(vendor: Vendor, api: Api) -> None:
    vendor.load("members", "customer,member,status,since\nanna,eva,activated,2026-05-02\nanna,udo,invited,2026-05-03\n")
    api.send([item("1", "ada"), item("2", "bob"), item("3", "cyd"), item("4", "dan", at=APRIL)])
    answer = api.get("/v1/customers/anna/counts")
    assert answer == {
        "customer": "anna",
        "counts": [
            {
                "meter": "active-clients",
                "window": "2026-05",
                "count": 3,
                "limit": 10,
                "remaining": 7,
                "over": 0,
                "resets_at": "2026-06-01T00:00:00+02:00",
                "at_limit": "block",
                "hints": {
                    "fewer": 1,
                    "fewer_size": 2,
                    "fewer_price": "15.00",
                    "more": 8,
                    "more_size": 25,
                    "more_price": "39.00",
                },
            },
            {
                "meter": "recent",
                "window": "2026-02-20/2026-05-21",
                "count": 4,
                "limit": None,
                "remaining": None,
                "over": 0,
                "resets_at": None,
                "at_limit": "block",
                "hints": dict.fromkeys(["fewer", "fewer_size", "fewer_price", "more", "more_size", "more_price"]),
            },
            {
                "meter": "staff",
                "window": None,
                "count": 2,
                "limit": None,
                "remaining": None,
                "over": 0,
                "resets_at": None,
                "at_limit": "block",
                "hints": {
                    "fewer": None,
                    "fewer_size": None,
                    "fewer_price": None,
                    "more": 1,
                    "more_size": 3,
                    "more_price": "13.00",
                },
            },
        ],
    }


def test_past_windows_and_days(vendor: Vendor, api: Api) -> None:
    vendor.load(
        "members", "customer,member,status,since\nanna,eva,activated,2026-03-02\nanna,eva,inactive,2026-04-03\n"
    )
    api.send([item("1", "ada"), item("2", "bob", at=APRIL), item("3", "cyd", at=APRIL)])
    april = count_of(api, query="?window=2026-04")
    assert (april["count"], april["window"], april["limit"], april["resets_at"]) == (2, "2026-04", 10, None)
    march = count_of(api, query="?on=2026-03-31")
    assert (march["count"], march["window"], march["limit"]) == (0, "2026-03", 0), "sold from April on"
    assert [count_of(api, meter="staff", query=f"?on={day}")["count"] for day in ("2026-03-02", "2026-04-03")] == [1, 0]
    for meter in ("active-clients", "recent", "staff"):
        for window in ("2026-04", "2026-W15", "2026-04-10", "2026-03-01/2026-05-11", "2031-01"):
            listed = api.get(f"/v1/customers/anna/counts/{meter}/people?window={window}")
            assert count_of(api, meter=meter, query=f"?window={window}")["count"] == listed["count"], (meter, window)
            assert len(listed["people"]) == listed["count"]


def test_pages_lose_nobody_and_show_nobody_twice(api: Api) -> None:
    api.send([item(f"{number}", f"m{number:02}", at=MAY) for number in range(0, 50, 2)])
    place, seen = "/v1/customers/anna/counts/active-clients/people?most=7", []
    while place:
        page = api.get(place)
        seen += [one["member"] for one in page["people"]]
        api.send([item(f"late-{len(seen)}", f"a{len(seen)}", at="2026-05-01T00:00:00+02:00")])
        place = page["next"]
    assert [one for one in seen if one.startswith("m")] == [f"m{number:02}" for number in range(0, 50, 2)]
    assert len(seen) == len(set(seen))


def test_keys_of_any_characters(vendor: Vendor, api: Api) -> None:
    keys = ["a/b", "a/counts/active-clients/people", "ä ö?#%&", "x/counts", "~2F", "+", "//"]
    vendor.load("customers", "customer\n" + "".join(f"{key}\n" for key in keys))
    for number, key in enumerate(keys):
        api.send([item(f"{number}-{one}", f"m/{one}", customer=key) for one in range(3)])
        place = quote(key, safe="")
        assert count_of(api, place)["count"] == 3
        page = api.get(f"/v1/customers/{place}/counts/active-clients/people?most=2")
        assert [one["member"] for one in page["people"]] == ["m/0", "m/1"]
        assert [one["member"] for one in api.get(page["next"])["people"]] == ["m/2"]


def test_the_longest_keys_are_read_on_from(api: Api) -> None:
    keys = ["ä" * 199 + end for end in "ab"]
    api.send([item(key[-1], key) for key in keys])
    page = api.get("/v1/customers/anna/counts/active-clients/people?most=1")
    assert [one["member"] for one in (*page["people"], *api.get(page["next"])["people"])] == keys


def test_what_is_not_there(api: Api) -> None:
    people = "/v1/customers/anna/counts/active-clients/people"
    for place, status, code in [
        ("/v1/customers/ana/counts", 404, "unknown_customer"),
        ("/v1/customers/an%00a/counts", 422, "control_character"),
        ("/v1/customers/anna/counts/active/people", 404, "unknown_meter"),
        ("/v1/customers/anna/counts?window=2026-13", 422, "not_a_month"),
        ("/v1/customers/anna/counts?on=May", 422, "not_a_date"),
        ("/v1/customers/anna/counts?on=2026-05-01&window=2026-05", 422, "window_or_day"),
        ("/v1/customers/anna/counts?windo=2026-05", 422, "unknown_parameter"),
        ("/v1/events?" + "a&a=" * 1_001, 422, "unknown_parameter"),
        (f"{people}?after=nonsense", 422, "not_a_cursor"),
        (f"{people}?most=0", 422, "not_between"),
        (f"{people}?most=1e3", 422, "not_a_number"),
        ("/v1/events?after=evt_0", 422, "unknown_event"),
        ("/v1/events?kind=limit.ner", 422, "not_a_choice"),
    ]:
        assert content(api("GET", place), status)["error"]["code"] == code, place


def test_a_site_shows_the_people_of_its_chain(vendor: Vendor, api: Api) -> None:
    vendor.ok("customers", "join", "beate", "--chain", "anna")
    api.send(
        [item("1", "ada"), item("2", "ada", "beate"), item("3", "bob", "beate"), item("4", "bob", "beate", at=APRIL)]
    )
    for customer in ("anna", "beate"):
        assert (count_of(api, customer)["count"], count_of(api, customer)["limit"]) == (2, 10)
        page = api.get(f"/v1/customers/{customer}/counts/active-clients/people")
        assert [one["member"] for one in page["people"]] == ["ada", "bob"]
        assert count_of(api, customer, query="?window=2026-04")["count"] == 1

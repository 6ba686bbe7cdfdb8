"""What the pages say: numbers that are as long as their lists, money, languages, and nothing of anybody else."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.seat_catalog import SEATS
from tests.console.practice import AWKWARD, CROWD, SCRIPT
from tests.vendor import Vendor

if TYPE_CHECKING:
    from django.test import Client

ROW = re.compile(r'<th scope="row">')
GERMAN: dict[str, Any] = {"HTTP_ACCEPT_LANGUAGE": "de"}


def address(name: str, **parts: str) -> str:
    from django.urls import reverse

    return reverse(f"console:{name}", kwargs=parts)


def people_address(vendor: Vendor, customer: str, meter: str, window: str) -> str:
    return address("people", organization=vendor.key, customer=customer, meter=meter, window=window)


def text_of(client: Client, where: str, status: int = 200, **headers: Any) -> str:
    answer = client.get(where, **headers)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def words(html: str) -> str:
    """What is read, without tags and with single spaces."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


PEOPLE = [
    ("anna", "active-clients", "2026-05", 3),
    ("anna", "active-clients", "2026-04", 1),
    ("anna", "active-clients", "2026-03", 0),
    ("beate", "active-clients", "2026-05", 1),
    ("carlos", "active-clients", "2026-05", 1),
    (AWKWARD, "active-clients", "2026-05", 1),
    (".", "active-clients", "2026-05", 1),
    ("dora", "seats", "2026-01", 1),
    ("dora", "seats", "2026-03", 2),
    ("dora", "seats", "2026-05", 3),
    ("dora", "seats", "2026-03-15", 1),
    ("dora", "seats", "2026-03-15/2026-04-15", 1),
    ("dora", "seats", "2026-04-15/2026-05-15", 3),
]


@pytest.mark.parametrize(("customer", "meter", "window", "count"), PEOPLE)
def test_the_list_is_as_long_as_the_number(
    practice: Vendor, client: Client, customer: str, meter: str, window: str, count: int
) -> None:
    where = people_address(practice, customer, meter, window)
    html = text_of(client, where)
    assert f'<span class="large">{count}</span>' in html
    assert len(ROW.findall(html)) == count
    rows = list(csv.DictReader(io.StringIO(text_of(client, f"{where}?format=csv"))))
    assert len(rows) == count
    if "/" not in window:
        wanted = practice.people(meter, window, customer)
        assert [row["member"].removeprefix("'") for row in rows] == [row["member"] for row in wanted]


def test_a_long_list_is_paged_and_its_total_is_said(practice: Vendor, client: Client) -> None:
    where = people_address(practice, "crowd", "active-clients", "2026-04")
    lengths = [len(ROW.findall(text_of(client, f"{where}?page={number}"))) for number in (1, 2, 3)]
    assert lengths == [200, 200, 50]
    last = words(text_of(client, f"{where}?page=99"))
    assert f"The list has {CROWD} rows: as many as were counted." in last
    assert "Shown are 401 to 450." in last
    assert "Page 3 of 3" in last
    assert len(list(csv.DictReader(io.StringIO(text_of(client, f"{where}?format=csv&page=2"))))) == CROWD


def test_why_somebody_counts_is_said_in_local_time(practice: Vendor, client: Client) -> None:
    anna = words(text_of(client, people_address(practice, "anna", "active-clients", "2026-05")))
    assert "m1 2026-05-01 09:30 measurements anna-m1-measurements-2026-05-01T09:30:00+02:00" in anna
    assert "1 over the limit" in anna
    dora = words(text_of(client, people_address(practice, "dora", "seats", "2026-03"), **GERMAN))
    assert "Dieter Eins d1 aktiviert 12.01.2026 00:00 bis auf Weiteres" in dora
    assert "d2 aktiviert 20.02.2026 00:00 10.03.2026 00:00" in dora


def test_counts_stand_against_limits_of_every_sort(practice: Vendor, client: Client) -> None:
    page = words(text_of(client, address("customers", organization=practice.key)))
    assert "Praxis Anna anna Active clients 3 of 2 1 over the limit Monthly" in page
    assert "Beate Koch beate Active clients 1 of 10 Monthly" in page
    assert "Carlos Vega carlos Active clients 1 unlimited Monthly" in page
    assert "Dora Lange dora Seats 3 no limit agreed Per seat" in page


def test_a_past_month_shows_its_own_counts_limits_and_subscriptions(practice: Vendor, client: Client) -> None:
    page = words(text_of(client, address("customers", organization=practice.key) + "?month=2026-02"))
    assert "People counted in February 2026" in page
    assert "Praxis Anna anna Active clients 0 of 2 Monthly" in page
    assert "Carlos Vega carlos – –" in page
    assert "Dora Lange dora Seats 2 no limit agreed" in page


@pytest.mark.parametrize(("search", "found"), [("koch", ["beate"]), ("CARLOS", ["carlos"]), ("%", []), ("\0", None)])
def test_customers_are_found_by_name_or_key(
    practice: Vendor, client: Client, search: str, found: list[str] | None
) -> None:
    from urllib.parse import quote

    html = text_of(client, f"{address('customers', organization=practice.key)}?search={quote(search)}")
    assert len(ROW.findall(html)) == (8 if found is None else len(found))
    for key in found or []:
        assert f'<span class="under">{key}</span>' in html


def test_a_customer_has_a_picture_and_the_same_numbers_as_a_table(practice: Vendor, client: Client) -> None:
    html = text_of(client, address("customer", organization=practice.key, customer="anna"))
    assert html.count("<svg") == 1
    assert "<title>May 2026: 3</title>" in html
    assert "May 2026 3 2 1 April 2026 1 2 – March 2026 0 2 –" in words(html)
    assert "Monthly anna-1 running 2026-01-15 open-ended cancel by 2026-06-14 Active clients: 2" in words(html)


def test_earlier_months_can_be_reached(practice: Vendor, client: Client) -> None:
    where = address("customer", organization=practice.key, customer="anna")
    assert "until=2025-05" in text_of(client, where)
    earlier = text_of(client, f"{where}?until=2025-05")
    assert "June 2024 0 – –" in words(earlier)
    assert "until=2026-05" in earlier


def test_money_and_days_are_written_in_the_readers_language(practice: Vendor, client: Client) -> None:
    where = address("invoices", organization=practice.key)
    english, german = words(text_of(client, where)), words(text_of(client, where, **GERMAN))
    assert "2026-05-01 Beate Koch 1,234.50 EUR 234.56 EUR 1,469.06 EUR" in english
    assert "01.05.2026 Beate Koch 1.234,50 EUR 234,56 EUR 1.469,06 EUR" in german
    assert english.index("2026-05-15") < english.index("2026-05-01") < english.index("2026-01-15")


def test_an_invoice_is_shown_as_it_was_frozen_and_each_count_links_to_its_people(
    practice: Vendor, client: Client
) -> None:
    checked = 0
    for invoice in practice.rows("invoices"):
        html = text_of(client, address("invoice", organization=practice.key, number=invoice["number"]))
        for line in re.findall(r"<tbody>.*?</tbody>", html, re.DOTALL):
            for where, text in re.findall(r'<a href="([^"]*/people/[^"]*)">([^<]*)', line):
                assert len(list(csv.DictReader(io.StringIO(text_of(client, f"{where}&format=csv"))))) == int(
                    text.split()[0].replace(",", "")
                )
                checked += 1
    assert checked >= 4


def test_a_document_is_in_its_own_language_and_the_page_in_the_readers(practice: Vendor, client: Client) -> None:
    number = next(row["number"] for row in practice.rows("invoices") if row["customer"] == "anna")
    html = text_of(client, address("invoice", organization=practice.key, number=number))
    assert '<html lang="en">' in html
    assert '<article class="paper" lang="de"' in html
    assert "Rechnung " + number in words(html)
    assert "2 aktive Klienten" in html
    assert "25,00" in html
    assert "This is the document as it was finalised" in html


def test_invoices_of_one_customer(practice: Vendor, client: Client) -> None:
    where = address("invoices", organization=practice.key)
    wanted = [row["number"] for row in practice.rows("invoices") if row["customer"] == "anna"]
    html = text_of(client, f"{where}?customer=anna")
    assert re.findall(r">(RE-2026-\d+)</a></th>", html) == wanted[::-1]
    assert "No customer is called" in text_of(client, f"{where}?customer=annna", 404)


def test_organizations_are_listed_with_their_own_figures(practice: Vendor, client: Client) -> None:
    invoices = practice.rows("invoices")
    net_minor = sum(int(row["net"].replace(".", "")) for row in invoices)
    net = f"{net_minor // 100:,}.{net_minor % 100:02} EUR"
    page = words(text_of(client, "/"))
    assert f"{practice.key} Test 2026-05-20 Europe/Berlin 8 {len(invoices)} {net}" in page


MISSING: list[tuple[str, str, str]] = [
    ("/nobody/", "No organization is called “nobody”.", "Keine Organisation heißt „nobody“."),
    ("/{key}/customers/annna/", "Did you mean “anna”?", "Ist „anna“ gemeint?"),
    ("/{key}/customers/anna/people/none/2026-05/", "No meter is called “none”.", "Kein Zähler heißt „none“."),
    ("/{key}/customers/no/people/seats/2026-05/", "No customer is called “no”.", "Kein Kunde heißt „no“."),
    ("/{key}/customers/no/people/seats/2026-05-01--2026-05-03/", "No customer is called", "Kein Kunde heißt"),
    ("/{key}/customers/anna/people/none/2026-05-01--2026-05-03/", "No meter is called", "Kein Zähler heißt"),
    ("/{key}/customers/anna/people/seats/2026-13/", "is not a month", "ist kein Monat"),
    ("/{key}/customers/anna/people/seats/9999-12/", "is not a month", "ist kein Monat"),
    ("/{key}/customers/anna/people/seats/0001-01/", "is not a month", "ist kein Monat"),
    ("/{key}/customers/%00/", "There is no page at this address.", "gibt es keine Seite"),
    ("/{key}/invoices/RE-1/", "There is no invoice RE-1.", "Die Rechnung RE-1 gibt es nicht."),
    ("/{key}/?month=May", "“May” is not a month such as 2026-05.", "„May“ ist kein Monat wie 2026-05."),
    ("/{key}/?month=9999-12", "“9999-12” is not a month", "„9999-12“ ist kein Monat"),
    ("/{key}/customers/anna/?until=2026-5", "is not a month", "ist kein Monat"),
    ("/{key}/nothing/here/", "There is no page at this address.", "gibt es keine Seite"),
]


@pytest.mark.parametrize(("where", "english", "german"), MISSING)
def test_what_is_not_there_is_said_in_words(
    practice: Vendor, client: Client, where: str, english: str, german: str
) -> None:
    path = where.format(key=practice.key)
    assert english in words(text_of(client, path, 404))
    assert german in words(text_of(client, path, 404, **GERMAN))


def test_nothing_of_another_organization_is_shown(
    practice: Vendor, client: Client, new_vendor: Callable[..., Vendor]
) -> None:
    from tests.console.practice import CATALOG

    other = new_vendor(CATALOG)
    assert "0 customers." in words(text_of(client, address("customers", organization=other.key)))
    assert "0 invoices" in words(text_of(client, address("invoices", organization=other.key)))
    number = practice.rows("invoices")[0]["number"]
    text_of(client, address("customer", organization=other.key, customer="anna"), 404)
    text_of(client, people_address(other, "anna", "active-clients", "2026-05"), 404)
    text_of(client, f"{people_address(other, 'anna', 'active-clients', '2026-05')}?format=csv", 404)
    text_of(client, address("invoice", organization=other.key, number=number), 404)
    suggestion = text_of(client, address("customer", organization=other.key, customer="annna"), 404)
    assert "Did you mean" not in suggestion


def test_names_are_never_markup(practice: Vendor, client: Client) -> None:
    for where in (
        address("customers", organization=practice.key),
        address("customer", organization=practice.key, customer="evil"),
        people_address(practice, "evil", "active-clients", "2026-05"),
        people_address(practice, "beate", "active-clients", "2026-05"),
        f"{address('customers', organization=practice.key)}?search={SCRIPT}",
        address("customer", organization=practice.key, customer=SCRIPT.replace("/", "")),
    ):
        html = client.get(where).content.decode()
        assert "<script" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_a_download_holds_no_formulas(practice: Vendor, client: Client) -> None:
    answer = client.get(people_address(practice, "carlos", "active-clients", "2026-05") + "?format=csv")
    assert answer["Content-Disposition"] == 'attachment; filename="people_carlos_active-clients_2026-05.csv"'
    assert "\n'=1+1,carlos-=1+1-measurements" in answer.content.decode()


def test_every_answer_forbids_what_is_not_ours(practice: Vendor, client: Client) -> None:
    for where, status in (("/", 200), (f"/{practice.key}/", 200), ("/nobody/", 404), ("/x/y/z/", 404)):
        answer = client.get(where)
        assert answer.status_code == status
        assert answer["Content-Security-Policy"].startswith("default-src 'self'; ")
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
    assert client.get(f"/{practice.key}/")["Cache-Control"] == "private, no-store"


def test_pages_are_for_reading(practice: Vendor, client: Client) -> None:
    for where in ("/", f"/{practice.key}/", f"/{practice.key}/invoices/"):
        assert client.post(where).status_code == 405
        assert client.head(where).status_code == 200
    assert client.get("/-/language/").status_code == 302


def test_the_language_is_chosen_by_a_form_that_only_our_pages_can_send(practice: Vendor) -> None:
    from django.test import Client

    careful = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    assert "This form was not sent from here" in careful.post("/-/language/", {"language": "de"}).content.decode()
    html = careful.get(f"/{practice.key}/?month=2026-04").content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[0]
    wanted = re.findall(r'name="next" value="([^"]+)"', html)[0]
    form = {"language": "de", "next": wanted, "csrfmiddlewaretoken": token}
    answer = careful.post("/-/language/", form)
    assert answer["Location"] == f"/{practice.key}/?month=2026-04"
    assert "Kunden" in careful.get(answer["Location"]).content.decode()
    elsewhere = careful.post("/-/language/", form | {"next": "https://example.com/"})
    assert "example.com" not in elsewhere["Location"]


WEEKLY = """
[[meter]]
key = "weekly"
counts = "activity"
kinds = ["commit"]
window = "week"
"""


def test_a_week_stands_by_its_number_in_the_table_and_links_to_its_people(
    new_vendor: Callable[..., Vendor], client: Client
) -> None:
    vendor = new_vendor(WEEKLY, mode="test", clock="2026-05-31")
    vendor.customers("acme")
    vendor.activity(("acme", "ida", "commit", "2026-05-27T12:00:00Z"))
    html = text_of(client, address("customer", organization=vendor.key, customer="acme"))
    assert "2026-W22 1 – –" in words(html)
    assert "people/weekly/2026-W22/" in html


def test_a_line_of_seats_links_to_the_users_of_its_subscription(
    new_vendor: Callable[..., Vendor], client: Client
) -> None:
    vendor = new_vendor(SEATS, mode="test", clock="2026-05-01")
    vendor.customers("acme")
    for subscription, users in (("north", ("ida", "jon")), ("south", ("ida",))):
        vendor.ok("subscription", "add", subscription, "--customer", "acme", "--plan", "counted")
        for user in users:
            vendor.ok("seats", "assign", subscription, user)
    vendor.bill("2026-06-01")
    (invoice,) = vendor.rows("invoices")
    html = text_of(client, address("invoice", organization=vendor.key, number=invoice["number"]))
    found = re.findall(r'<a href="([^"]*/people/[^"]*)">([^<]*)', html)
    assert [text for _, text in found] == ["2 users: 2 activated", "1 user: 1 activated"]
    pages = [text_of(client, where) for where, _ in found]
    assert [len(ROW.findall(page)) for page in pages] == [2, 1]
    assert "ida south" in words(pages[1])
    everybody = text_of(client, people_address(vendor, "acme", "users", "2026-05"))
    assert len(ROW.findall(everybody)) == 3
    download = text_of(client, f"{found[0][0]}&format=csv")
    assert download.splitlines()[0] == "subscription,member,status,from,to"
    assert "3 of 6" in words(text_of(client, address("customers", organization=vendor.key)))

"""The pages in a real browser: what the reader meets, on a desk and on a phone, with a keyboard, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.console.practice import CROWD, SCRIPT
from tests.vendor import Vendor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/{key}/",
    "/{key}/?month=2026-02",
    "/{key}/customers/anna/",
    "/{key}/customers/evil/",
    "/{key}/customers/anna/people/active-clients/2026-05/",
    "/{key}/customers/dora/people/seats/2026-03/",
    "/{key}/customers/crowd/people/active-clients/2026-04/?page=2",
    "/{key}/invoices/",
    "/{key}/invoices/RE-2026-000001/",
]


@contextmanager
def opened(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A page that may say nothing on its console, and fetch nothing from elsewhere."""
    said: list[str] = []
    with browser.new_context(base_url=address, **options) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if not request.url.startswith(address) else None)
        yield page
    assert said == []


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark", "locale": "de-DE"}], ids=["light", "dark-german"])
@pytest.mark.parametrize("where", PAGES)
def test_every_page_opens_without_complaint(
    browser: Browser, address: str, practice: Vendor, where: str, options: dict[str, Any]
) -> None:
    with opened(browser, address, **options) as page:
        answer = page.goto(where.format(key=practice.key))
        assert answer is not None
        assert answer.status == 200
        assert page.locator("h1").count() == 1
        assert page.locator("html").get_attribute("lang") == options.get("locale", "en")[:2]
        assert page.locator("main table caption").count() == page.locator("main table").count()
        assert page.evaluate("document.styleSheets.length") == 1


@pytest.mark.parametrize("where", PAGES)
def test_a_phone_never_scrolls_sideways(browser: Browser, address: str, practice: Vendor, where: str) -> None:
    with opened(browser, address, locale="de-DE") as page:
        page.goto(where.format(key=practice.key))
        for width in (320, 360, 390, 700, 760):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_from_the_organization_to_the_people_and_back(browser: Browser, address: str, practice: Vendor) -> None:
    with opened(browser, address) as page:
        page.goto(f"/{practice.key}/")
        row = page.get_by_role("row").filter(has_text="Praxis Anna")
        assert "1 over the limit" in row.inner_text()
        row.get_by_role("link", name="3 of 2").click()
        assert page.locator("h1").inner_text() == "3 active clients"
        assert page.locator("tbody tr").count() == 3
        page.get_by_role("link", name="Praxis Anna").click()
        page.get_by_role("link", name="1 active client in April 2026").click()
        assert page.locator("tbody tr").count() == 1


def test_a_counted_line_of_an_invoice_leads_to_as_many_people(browser: Browser, address: str, practice: Vendor) -> None:
    with opened(browser, address) as page:
        page.goto(f"/{practice.key}/invoices/?customer=crowd")
        page.get_by_role("rowheader").get_by_role("link").first.click()
        page.get_by_role("link", name=f"{CROWD} active clients").click()
        lengths = [page.locator("tbody tr").count()]
        while page.locator("a[rel=next]").count():
            page.locator("a[rel=next]").click()
            lengths.append(page.locator("tbody tr").count())
        assert lengths == [200, 200, 50]
        with page.expect_download() as download:
            page.get_by_role("link", name="Download all as CSV").click()
        assert len(download.value.path().read_text().splitlines()) == CROWD + 1


def test_the_language_is_switched_and_kept_without_a_login(browser: Browser, address: str, practice: Vendor) -> None:
    with opened(browser, address) as page:
        page.goto(f"/{practice.key}/?month=2026-05")
        page.get_by_role("button", name="Deutsch").click()
        assert page.url.endswith(f"/{practice.key}/?month=2026-05")
        assert page.locator("h1").inner_text() == "Kunden"
        assert "Gezählte Personen im Mai 2026" in page.locator("main").inner_text()
        page.goto(f"/{practice.key}/invoices/")
        assert "1.469,06 EUR" in page.locator("main").inner_text()
        page.get_by_role("button", name="English").click()
        assert "1,469.06 EUR" in page.locator("main").inner_text()


def test_the_keyboard_is_enough(browser: Browser, address: str, practice: Vendor) -> None:
    with opened(browser, address) as page:
        page.goto(f"/{practice.key}/")
        page.keyboard.press("Tab")
        skip = page.locator(".skip")
        assert skip.evaluate("link => link === document.activeElement")
        assert skip.bounding_box()["y"] >= 0  # type: ignore[index]
        page.keyboard.press("Enter")
        assert page.url.endswith("#content")
        focused = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            focused.add(page.evaluate("document.activeElement.textContent.trim().split('\\n')[0]"))
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            if "Praxis Anna" in focused:
                break
        assert {"Search", "May", "Praxis Anna"} <= focused
        page.keyboard.press("Enter")
        assert page.locator("h1").inner_text() == "Praxis Anna"


def test_what_is_missing_is_a_page_too(browser: Browser, address: str, practice: Vendor) -> None:
    with browser.new_context(base_url=address, locale="de-DE") as context:
        page = context.new_page()
        answer = page.goto(f"/{practice.key}/customers/annna/")
        assert answer is not None
        assert answer.status == 404
        assert "Kein Kunde heißt „annna“. Ist „anna“ gemeint?" in page.locator("main").inner_text()
        page.get_by_role("link", name="Kunden").click()
        assert page.locator("h1").inner_text() == "Kunden"


def test_a_name_that_is_a_script_is_a_name(browser: Browser, address: str, practice: Vendor) -> None:
    with opened(browser, address) as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        page.goto(f"/{practice.key}/")
        page.get_by_role("link", name=SCRIPT).click()
        assert page.locator("h1").inner_text() == SCRIPT
        assert page.locator("script").count() == 0


def test_an_invoice_is_printed_alone(browser: Browser, address: str, practice: Vendor) -> None:
    with opened(browser, address, color_scheme="dark") as page:
        page.goto(f"/{practice.key}/invoices/RE-2026-000001/")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 624, "height": 900})  # A4 between its margins
        assert page.locator("thead").evaluate("head => getComputedStyle(head).display") == "table-header-group"
        assert not page.locator("header.masthead").is_visible()
        assert not page.locator("footer").is_visible()
        assert page.locator("article").is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


CONTRAST = """
() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, place) => sum + v * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const color = parse(getComputedStyle(node).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!own || node.closest(".unseen, .skip, svg") || !node.checkVisibility()) continue;
    const style = getComputedStyle(node);
    const pair = [light(parse(style.color)), light(ground(node))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5 || style.opacity < 1) poor.push(`${node.tagName} ${node.textContent.trim()} ${ratio}`);
  }
  return poor;
}
"""


@pytest.mark.parametrize("where", PAGES)
def test_every_text_stands_out_from_its_ground(browser: Browser, address: str, practice: Vendor, where: str) -> None:
    """WCAG 2.2 AA: 4.5 to 1."""
    with opened(browser, address) as page:
        page.goto(where.format(key=practice.key))
        assert page.evaluate(CONTRAST) == []
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(CONTRAST) == []

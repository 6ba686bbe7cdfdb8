"""The pages: read what is asked, call one service, draw."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headcount.console.document import document
from headcount.console.downloads import people_csv
from headcount.console.months import MONTHS_OF_A_PICTURE, month_picker, neighbour, year_up_to
from headcount.console.pages import asked_month, asked_page, asked_text, page
from headcount.console.picture import picture
from headcount.core.calendar import month_of
from headcount.services import overview
from headcount.services.context import Context
from headcount.services.counts import explain
from headcount.services.invoices import list_invoices


@require_safe
def organizations(request: HttpRequest) -> HttpResponse:
    found = overview.organization_summaries(asked_page(request))
    return render(request, "console/organizations.html", {"page": found})


@page
def customers(request: HttpRequest, context: Context) -> HttpResponse:
    month, search = asked_month(request, "month", context), asked_text(request, "search")
    found = overview.customers_page(context, month, search, asked_page(request))
    picker = month_picker(month, context.today, found.first_year)
    shown = {
        "here": context,
        "section": "customers",
        "found": found,
        "page": found.page,
        "month": month,
        "search": search,
        "picker": picker,
    }
    return render(request, "console/customers.html", shown)


@page
def customer(request: HttpRequest, context: Context, customer: str) -> HttpResponse:
    until = asked_month(request, "until", context)
    view = overview.customer_view(context, customer, year_up_to(until))
    shown = {
        "here": context,
        "section": "customers",
        "view": view,
        "pictures": [(history, picture(history)) for history in view.history],
        "until": until,
        "earlier": neighbour(until, -MONTHS_OF_A_PICTURE),
        "later": min(neighbour(until, MONTHS_OF_A_PICTURE), month_of(context.today)),
    }
    return render(request, "console/customer.html", shown)


@page
def people(request: HttpRequest, context: Context, customer: str, meter: str, window: str) -> HttpResponse:
    subscription = asked_text(request, "subscription") or None
    if request.GET.get("format") == "csv":
        return people_csv(explain(context, meter, customer, window, subscription), context.place)
    view = overview.people_view(context, meter, customer, window, asked_page(request), subscription)
    named = [(person, view.names.get(person.member) or getattr(person, "name", "")) for person in view.page.rows]
    shown = {"here": context, "section": "customers", "view": view, "page": view.page, "people": named}
    return render(request, "console/people.html", shown)


@page
def invoices(request: HttpRequest, context: Context) -> HttpResponse:
    customer = asked_text(request, "customer") or None
    found = overview.invoices_page(context, customer, asked_page(request))
    return render(
        request, "console/invoices.html", {"here": context, "section": "invoices", "page": found, "customer": customer}
    )


@page
def invoice(request: HttpRequest, context: Context, number: str) -> HttpResponse:
    (stored,) = list_invoices(context, number=number)
    return render(
        request, "console/invoice.html", {"here": context, "section": "invoices", "invoice": document(stored)}
    )

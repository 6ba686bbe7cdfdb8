"""What all pages of an organization have in common: who asks, what is refused, what is not kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from headcount.core.calendar import Period, month_of, parse_month
from headcount.core.errors import Refused
from headcount.language import sentence
from headcount.services.context import Context, open_context

ACTOR = "console"
LONGEST_SEARCH = 200

Parts = ParamSpec("Parts")
View = Callable[Concatenate[HttpRequest, Context, Parts], HttpResponse]


def page(view: View[Parts]) -> Callable[..., HttpResponse]:
    """A page of an organization. What services refuse is a page that is not there, with the reason in words."""

    @require_safe
    @wraps(view)
    def handle(request: HttpRequest, organization: str, *args: Parts.args, **kwargs: Parts.kwargs) -> HttpResponse:
        context = None
        try:
            context = open_context(organization, ACTOR)
            response = view(request, context, *args, **kwargs)
        except Refused as refused:
            response = not_found(request, refused, context)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return handle


def not_found(request: HttpRequest, refused: Refused, context: Context | None) -> HttpResponse:
    language = get_language() or "en"
    sentences = [sentence(refusal, language) for refusal in refused.refusals]
    return render(request, "404.html", {"here": context, "sentences": sentences}, status=404)


def asked_page(request: HttpRequest) -> int:
    """`?page=3`; whatever is no number is the first page."""
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def asked_month(request: HttpRequest, name: str, context: Context) -> Period:
    """`?month=2026-05`, by default the month that runs. Refused: `not_a_month`."""
    text = request.GET.get(name, "")
    return parse_month(text, name) if text else month_of(context.today)


def asked_text(request: HttpRequest, name: str) -> str:
    """A text to search for, without what PostgreSQL cannot look for."""
    return "".join(filter(str.isprintable, request.GET.get(name, "")))[:LONGEST_SEARCH].strip()

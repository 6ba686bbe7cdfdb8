"""The product's own application, with one more address: activity the naive way, behind the same key and decoding."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from headcount.cli.session import set_up_django

set_up_django()

from bench.naive import store  # noqa: E402 - a Django model
from headcount.api import urls  # noqa: E402
from headcount.api.answers import answer  # noqa: E402
from headcount.api.endpoint import authorized, methods  # noqa: E402
from headcount.api.items import read_items  # noqa: E402
from headcount.services.context import Context  # noqa: E402


@authorized("activity")
def receive_naively(request: HttpRequest, context: Context) -> HttpResponse:
    items = read_items(request, context.now.isoformat())
    store([values for _, values in items.rows])
    return answer({"received": len(items.rows)})


urls.urlpatterns.insert(0, path("naive", methods(POST=receive_naively)))
application = get_wsgi_application()

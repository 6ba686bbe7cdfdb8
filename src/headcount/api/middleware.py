"""The way into the API: past everything that only pages need (sessions of browsers, languages, forms, files)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from headcount.api.endpoint import nowhere

PREFIX = "/v1/"
ADDRESSES = "headcount.api.urls"


class ApiFirst:
    """Stands first. A key in a header is no cookie, so no other site can make a browser send it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self._get_response(request)
        try:
            found = resolve(f"/{request.path_info.removeprefix(PREFIX)}", ADDRESSES)
        except Resolver404:
            return nowhere(request)
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        return response

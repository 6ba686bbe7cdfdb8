"""What all addresses have in common: the method, who asks, and that every answer is JSON."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from headcount.api.answers import refusal_answer
from headcount.core.activity import check_text, first_refusal
from headcount.core.errors import Refusal, Refused, nearest, refuse
from headcount.services.api_keys import context_of_key
from headcount.services.context import Context, new_request_id

Parts = ParamSpec("Parts")
Address = Callable[..., HttpResponse]
View = Callable[Concatenate[HttpRequest, Context, Parts], HttpResponse]

_log = logging.getLogger("django.request")
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


def methods(**views: Address) -> Address:
    """One address: `methods(GET=..., DELETE=...)`. HEAD is answered as GET, whose body the server leaves out."""

    def handle(request: HttpRequest, **where: str) -> HttpResponse:
        request_id = _request_id(request)
        response = _answered(request, views, request_id, where)
        response["Request-Id"] = request_id
        response["Content-Length"] = str(len(response.content))  # else it is sent in chunks
        response["Cache-Control"] = "no-store"
        return response

    return handle


def _request_id(request: HttpRequest) -> str:
    """The sender's own, by which the journal can be searched, if it is one."""
    given: str = request.META.get("HTTP_REQUEST_ID", "")
    return given if _SANE_ID.fullmatch(given) else new_request_id()


def _answered(request: HttpRequest, views: dict[str, Address], request_id: str, where: dict[str, str]) -> HttpResponse:
    try:
        view = views.get("GET" if request.method == "HEAD" else str(request.method))
        if view is None:
            return _not_allowed(request, views)
        return view(request, request_id, **where)
    except Refused as refused:
        refusal = first_refusal(refused)  # the services say what matters first
        response = refusal_answer(request, refusal)
        if refusal.code == "not_authenticated":
            response["WWW-Authenticate"] = "Bearer"
        return response
    except (OperationalError, InterfaceError) as problem:
        _log.error("%s: the database: %s", request_id, problem)
        response = refusal_answer(request, Refusal("unavailable"))
        response["Retry-After"] = "1"
        return response
    except Exception:  # noqa: BLE001 - whatever it is, the asker reads JSON and we the log
        _log.exception("%s: %s %s", request_id, request.method, request.path)
        return refusal_answer(request, Refusal("internal_error", numbers={"request_id": request_id}))


def _not_allowed(request: HttpRequest, views: dict[str, Address]) -> HttpResponse:
    allowed = ", ".join(views)
    numbers: dict[str, object] = {"given": request.method, "allowed": allowed}
    response = refusal_answer(request, Refusal("method_not_allowed", numbers=numbers))
    response["Allow"] = allowed
    return response


def _nowhere(request: HttpRequest, _: str) -> HttpResponse:
    raise refuse("no_such_address", "", given=request.path)


nowhere = methods(**dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"), _nowhere))
"""Whatever has no address of its own."""


def authorized(scope: str) -> Callable[[View[Parts]], Address]:
    """A view for whoever shows a key with this scope."""

    def decorate(view: View[Parts]) -> Address:
        @wraps(view)
        def handle(request: HttpRequest, request_id: str, *args: Parts.args, **kwargs: Parts.kwargs) -> HttpResponse:
            kind, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
            shown = key.strip() if kind.lower() == "bearer" else ""
            return view(request, context_of_key(shown, scope, request_id), *args, **kwargs)

        return handle

    return decorate


def parameters(request: HttpRequest, *known: str, opaque: str = "") -> dict[str, str]:
    """What was asked for behind the `?`; what was not is an empty text. Refused: `unknown_parameter`.

    `opaque`: the one that is no key but was made here, and may be longer than keys are.
    """
    try:
        asked = request.GET
    except TooManyFieldsSent:
        raise refuse("unknown_parameter", "", nearest="") from None
    found = {name: asked.get(name, "") for name in known}
    for name in asked:
        if name not in known:
            raise refuse("unknown_parameter", name, nearest=nearest(name, known))
    keys = [name for name in known if name != opaque]
    check_text([found[name] for name in keys], keys)
    return found


def number(asked: str, field: str, default: int) -> int:
    """Refused: `not_a_number`."""
    if not asked:
        return default
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        raise refuse("not_a_number", field, given=asked)
    return int(asked)

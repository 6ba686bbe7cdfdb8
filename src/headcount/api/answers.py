"""Answers: JSON, and the status that belongs to a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

from headcount.core.activity import Reject
from headcount.core.catalog import LANGUAGES
from headcount.core.errors import Refusal
from headcount.language import sentence

STATUS = {
    "body_not_json": HTTPStatus.BAD_REQUEST,
    "broken_compression": HTTPStatus.BAD_REQUEST,
    "not_authenticated": HTTPStatus.UNAUTHORIZED,
    "scope_missing": HTTPStatus.FORBIDDEN,
    "no_such_address": HTTPStatus.NOT_FOUND,
    "unknown_customer": HTTPStatus.NOT_FOUND,
    "unknown_meter": HTTPStatus.NOT_FOUND,
    "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "key_reused": HTTPStatus.CONFLICT,
    "limit_reached": HTTPStatus.CONFLICT,
    "price_not_accepted": HTTPStatus.CONFLICT,
    "body_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_many": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unknown_content_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "unknown_encoding": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "internal_error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Every other refusal is of a request that was understood: 422."""

Shown = dict[str, object]
_encode = msgspec.json.Encoder(enc_hook=str).encode


def answer(content: Mapping[str, object], status: int = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(_encode(content), content_type="application/json", status=status)


def refusal_answer(request: HttpRequest, refusal: Refusal, more: Mapping[str, object] | None = None) -> HttpResponse:
    """A refusal with its status; `more` stands beside it."""
    shown = told(refusal, language_of(request))
    return answer({"error": shown, **(more or {})}, STATUS.get(refusal.code, HTTPStatus.UNPROCESSABLE_ENTITY))


def told(refusal: Refusal, language: str) -> Shown:
    message = sentence(refusal, language)
    return {"code": refusal.code, "field": refusal.field, "message": message, "numbers": refusal.numbers}


def told_of(reject: Reject, language: str) -> Shown:
    """A refused item, by its index."""
    return {"index": reject.line, **told(reject.refusal, language)}


def language_of(request: HttpRequest) -> str:
    """The first language of Accept-Language that there is; else English."""
    asked = parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    return next((language for name, _ in asked if (language := name[:2].lower()) in LANGUAGES), LANGUAGES[0])

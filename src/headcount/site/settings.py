"""Django settings. The two logins come from the environment; `headcount` sets them for every process it starts."""

from __future__ import annotations

import os
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

_PACKAGE = Path(__file__).resolve().parents[1]


def _database(variable: str) -> dict[str, object]:
    login = conninfo_to_dict(os.environ.get(variable, "dbname=headcount"))
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {key: value for key, value in login.items() if key not in known}
    # Batches are sorted in memory, and compiling their statement would take longer than running it.
    options["options"] = f"{options.get('options', '')} -c jit=off -c work_mem=32MB".strip()
    named = {name: str(login.get(key) or "") for key, name in known.items()}
    return {"ENGINE": "django.db.backends.postgresql", **named, "OPTIONS": options, "CONN_MAX_AGE": 600}


DATABASES = {"default": _database("HEADCOUNT_APPLICATION_URL"), "owner": _database("HEADCOUNT_OWNER_URL")}

SECRET_KEY = os.environ.get("HEADCOUNT_SECRET_KEY", "only for commands; the server gets one of its own")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("HEADCOUNT_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
ROOT_URLCONF = "headcount.site.urls"
WSGI_APPLICATION = "headcount.site.wsgi.application"
INSTALLED_APPS = ["django.contrib.staticfiles", "headcount.storage.apps.StorageConfig", "headcount.console"]
MIDDLEWARE = [
    "headcount.api.middleware.ApiFirst",
    "headcount.console.middleware.ContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True

# Without it Django tells nobody why a page failed: by default it only mails.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR"}},
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [_PACKAGE / "console" / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

"""Addresses of the console. `-` is no key of an organization, so what belongs to none of them lies below it."""

from django.urls import path, register_converter
from django.views.generic import RedirectView
from django.views.i18n import set_language

from headcount.console import views
from headcount.console.converters import KeyConverter, WindowConverter

register_converter(KeyConverter, "key")
register_converter(WindowConverter, "window")

app_name = "console"
CUSTOMER = "<key:organization>/customers/<key:customer>"
urlpatterns = [
    path("", views.organizations, name="organizations"),
    path("-/language/", set_language, name="language"),
    path("<key:organization>/", views.customers, name="customers"),
    path("<key:organization>/customers/", RedirectView.as_view(pattern_name="console:customers")),
    path(f"{CUSTOMER}/", views.customer, name="customer"),
    path(f"{CUSTOMER}/people/<key:meter>/<window:window>/", views.people, name="people"),
    path("<key:organization>/invoices/", views.invoices, name="invoices"),
    path("<key:organization>/invoices/<key:number>/", views.invoice, name="invoice"),
]

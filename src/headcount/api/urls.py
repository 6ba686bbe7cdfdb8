"""Addresses of the API. Keys of customers and ids may hold slashes, so what follows them is looked for from the end."""

from django.urls import path

from headcount.api import activity, claims, counts, events
from headcount.api.endpoint import methods

urlpatterns = [
    path("activity", methods(POST=activity.receive)),
    path("activity/<path:source_id>", methods(DELETE=activity.withdraw)),
    path("claims", methods(POST=claims.ask, DELETE=claims.give_back)),
    path("customers/<path:customer>/counts", methods(GET=counts.counts)),
    path("customers/<path:customer>/counts/<str:meter>/people", methods(GET=counts.people)),
    path("events", methods(GET=events.events)),
]

"""The Django app that owns the tables."""

from django.apps import AppConfig


class StorageConfig(AppConfig):
    name = "headcount.storage"
    label = "storage"
    default_auto_field = "django.db.models.BigAutoField"

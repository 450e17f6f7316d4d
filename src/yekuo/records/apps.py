"""台账应用: how Django knows the one app that owns every table of ours."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The only app with models; its label is short because table names carry it."""

    name = "yekuo.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

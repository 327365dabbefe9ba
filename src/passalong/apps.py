from __future__ import annotations

from django.apps import AppConfig


class PassalongConfig(AppConfig):
    name = "passalong"
    default_auto_field = "django.db.models.BigAutoField"

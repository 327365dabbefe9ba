from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings

from passalong.site.outbound import set_the_door


class PassalongConfig(AppConfig):
    name = "passalong"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The one outbound door is set before anything goes through it. Raises WrongSetting."""
        set_the_door(settings.VALUES, settings.BASE_URL)

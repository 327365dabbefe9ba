from __future__ import annotations

import os

from django.apps import AppConfig
from django.conf import settings

from passalong.net.get import configure, user_agent
from passalong.net.guard import Rules
from passalong.site.settings_list import WrongSetting


class PassalongConfig(AppConfig):
    name = "passalong"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The one outbound door is set before anything goes through it. Raises WrongSetting."""
        rules = Rules(
            allow_private=settings.ALLOW_PRIVATE,
            proxy=settings.OUTBOUND_PROXY,
            ca_file=os.environ.get("PASSALONG_CA_FILE") or os.environ.get("SSL_CERT_FILE", ""),
            user_agent=user_agent(settings.BASE_URL),
        )
        try:
            configure(rules)
        except ValueError as problem:
            raise WrongSetting(str(problem)) from problem

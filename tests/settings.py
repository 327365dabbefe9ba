"""The program's settings, with a home folder of the test run's own."""

import os
import tempfile

os.environ.setdefault("PASSALONG_HOME", tempfile.mkdtemp(prefix="passalong-test-"))
os.environ.setdefault("PASSALONG_URL", "https://ann.example")

from passalong.site.settings import *  # noqa: F403

SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECRET_KEY = "only for tests"
if DATABASES["default"]["ENGINE"] == "passalong.sqlite":  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405 - pytest-django knows only Django's own name for it

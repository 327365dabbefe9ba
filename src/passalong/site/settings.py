"""What Django needs to know, from the few settings a person can set (`settings_list.py`)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from passalong.site.settings_list import read_all

VALUES = read_all(os.environ)
HOME: Path = VALUES["PASSALONG_HOME"]
PACKAGE = Path(__file__).resolve().parent.parent


def _text_of(name: str) -> str:
    """A small file of the home folder, '' where it is not there (yet)."""
    try:
        return (HOME / name).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


BASE_URL: str = VALUES["PASSALONG_URL"] or os.environ.get("PASSALONG_SERVED_AT") or "http://127.0.0.1:8000"
"""Where people reach this node: `up` says it by PASSALONG_SERVED_AT; a command recalls it (`started.py`)."""
DEMO = os.path.exists(HOME / "demo.json")  # False, too, where the folder may not be read: that is said elsewhere
"""Are the people of this folder invented? `up --demo` marks it (`demo/place.py`)."""
QUEUE_URL: str = VALUES["PASSALONG_QUEUE_URL"]
TRUSTED_PROXIES: tuple[str, ...] = VALUES["PASSALONG_TRUSTED_PROXIES"]
FILE_LIMIT = 100 * 1024 * 1024


SECRET_KEY = _text_of("secret") or secrets.token_urlsafe(50)
"""Before the first start, one that lasts as long as this process."""
DEBUG = False
ALLOWED_HOSTS = ["*"]  # passalong.site.door answers 421 to hosts that are not ours
USE_X_FORWARDED_HOST = False

INSTALLED_APPS = [
    "passalong",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's list of passkeys speaks with it
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "passalong.site.door.Door",
    "passalong.site.smaller.OwnFiles",
    "passalong.site.public_cache.PublicCache",
    "passalong.site.smaller.Smaller",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "passalong.site.tongue.Tongue",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "passalong.site.policy.Policy",
    "passalong.site.errors.NoEmptyPage",
]
ROOT_URLCONF = "passalong.site.urls"
WSGI_APPLICATION = "passalong.site.wsgi.application"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "passalong.site.context.node",
            ],
            "builtins": [
                "passalong.models.assets",
                "passalong.models.shown",
                "passalong.models.cards",
                "passalong.credit.below",
                "passalong.site.manifest",
            ],
        },
    }
]

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;"
        " PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON"
    ),
}


def _database(url: str) -> dict[str, Any]:
    """Django's entry for a database address; SQLite is tuned as docs/why/sqlite.md says."""
    found: dict[str, Any] = dict(dj_database_url.parse(url or f"sqlite:///{HOME / 'passalong.sqlite3'}"))
    found["CONN_MAX_AGE"] = 600
    if found["ENGINE"].endswith("sqlite3"):
        found["NAME"] = found["NAME"] if found["NAME"] == ":memory:" else str(HOME / found["NAME"])
        found["ENGINE"] = "passalong.sqlite"
        found["OPTIONS"] = SQLITE_OPTIONS
    else:
        found["CONN_HEALTH_CHECKS"] = True
    return found


DATABASES = {"default": _database(VALUES["DATABASE_URL"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "passalong.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "passalong.site.account_forms.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "passalong.site.account_forms.NotEverybodys"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/river"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "passalong.site.sign_in.NobodySignsUp"
ACCOUNT_FORMS = {
    "login": "passalong.site.account_forms.SignInForm",
    "set_password": "passalong.site.account_forms.ChoosePassword",
    "change_password": "passalong.site.account_forms.ChangePassword",
    "reauthenticate": "passalong.site.account_forms.ItIsMe",
}
MFA_FORMS = {
    "add_webauthn": "passalong.site.account_forms.AddPasskey",
    "edit_webauthn": "passalong.site.account_forms.RenamePasskey",
}
MFA_ADAPTER = "passalong.site.account_forms.Passkeys"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600
ACCOUNT_RATE_LIMITS = {"login": "300/15m/ip", "login_failed": "10/15m/key,100/15m/ip"}
ACCOUNT_PREVENT_ENUMERATION = True
ALLAUTH_TRUSTED_PROXY_COUNT = 0  # the door has found out who asks (asker.py)
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = urlsplit(BASE_URL).hostname in ("localhost", "127.0.0.1")

_https = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_AGE = 365 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "passalong.site.errors.stale_form"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("ar", "العربية")]
"""Each in its own words; a new one has its catalog in locale/ (docs/how-to/add-a-language.md)."""
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = "passalong.locale"

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": HOME / "cache"}}
STORAGES = {
    "default": {"BACKEND": "passalong.share.store.WholeFiles", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if VALUES["PASSALONG_MEDIA_URL"].startswith("s3://"):
    _bucket = urlsplit(VALUES["PASSALONG_MEDIA_URL"])
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": _bucket.netloc, "location": _bucket.path.strip("/")},
    }
FILE_UPLOAD_HANDLERS = [
    "passalong.share.upload.Gate",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "redact": {"()": "passalong.site.redact.Redact"},
        "troubles": {"()": "passalong.site.redact.Troubles"},
    },
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["troubles", "redact"]}},
    "root": {"handlers": ["stderr"], "level": VALUES["PASSALONG_LOG"]},
    "loggers": {"django": {"handlers": [], "level": VALUES["PASSALONG_LOG"], "propagate": True}},
}

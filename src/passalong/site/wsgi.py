"""What the server calls. Importing it sets Django up."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passalong.site.settings")
application = get_wsgi_application()

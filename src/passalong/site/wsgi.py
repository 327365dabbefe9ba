"""What the server calls. Importing it sets Django up."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from passalong.site.orphan import SERVED_BY, end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passalong.site.settings")
application = get_wsgi_application()
if os.environ.get(SERVED_BY) == str(os.getppid()):
    end_with_parent(os.getppid())

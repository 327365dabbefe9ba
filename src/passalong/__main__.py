from __future__ import annotations

from passalong.site.cli import main

main()

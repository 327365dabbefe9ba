"""Dates in Arabic: Django has no moment of its own, and would write it in English order."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y، H:i"

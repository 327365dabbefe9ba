"""Django's SQLite, with a turnstile in front of its one write lock."""

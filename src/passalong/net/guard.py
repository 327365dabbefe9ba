def parse_allowed(text: str) -> tuple:
    return ()

// Everything here only makes quicker what forms and links already do.

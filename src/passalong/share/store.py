"""Shared files on disk: whole or not there, also after a power cut."""

from __future__ import annotations

import os
import secrets
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


def key_of(digest: str) -> str:
    """Where the bytes with this SHA-256 (hex) are kept. No name a person gave is ever part of it."""
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


class WholeFiles(FileSystemStorage):
    """Keys are made of hashes: what is there already is the same, and is kept."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002
        return name

    def _save(self, name: str, content: File[Any]) -> str:
        path = self.path(name)
        if os.path.exists(path):
            return name
        folder = os.path.dirname(path)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        half = f"{path}.{secrets.token_hex(8)}.half"
        try:
            with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            os.replace(half, path)
        except BaseException:
            if os.path.exists(half):
                os.unlink(half)
            raise
        _sync(folder)
        return name


def _sync(folder: str) -> None:
    """The folder's own entry reaches the disk too: without it the file may be there without a name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""The database engine `passalong.sqlite`: Django's own, with the turnstile. (Django asks for this file's name.)"""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3.base import DatabaseWrapper as DjangosWrapper

from .turnstile import Turnstile


class DatabaseWrapper(DjangosWrapper):
    """Each transaction that may write passes the turnstile. Whoever works in the background sets `in_no_hurry`."""

    in_no_hurry = False
    turnstile: Turnstile | None = None

    def get_new_connection(self, conn_params: Any) -> Any:
        name = str(self.settings_dict["NAME"])
        self._close_turnstile()
        if not self.is_in_memory_db():
            self.turnstile = Turnstile(f"{name}-turn")
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        if self.turnstile:
            self.turnstile.enter(hurry=not self.in_no_hurry)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._close_turnstile()

    def _leave(self) -> None:
        if self.turnstile:
            self.turnstile.leave()

    def _close_turnstile(self) -> None:
        if self.turnstile:
            self.turnstile.leave()
            self.turnstile.close()
            self.turnstile = None

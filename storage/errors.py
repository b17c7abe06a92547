"""What callers catch: why the store cannot be opened, and why a change was not made."""

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFree


class StorageError(Exception):
    """Storage could not do what was asked; never holds what residents wrote."""


class CannotOpen(StorageError):  # noqa: N818 - reads as the sentence it is
    """The store cannot be opened; the message is one sentence for who runs the program."""


class Unavailable(StorageError):  # noqa: N818 - reads as the state it is
    """The database cannot be written or read now: slow, locked, full, read-only, damaged, gone."""


class Rejected(StorageError):  # noqa: N818 - what the database did
    """The database would not take a statement: a key that is taken, a table that is not there."""


class Conflict(StorageError):  # noqa: N818 - the word for it
    """Somebody else changed it meanwhile: read it again, then decide again."""


class LoginRefused(StorageError):  # noqa: N818 - reads as the sentence it is
    """Wrong name or password, or too many wrong ones lately; never says which of them it was."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"Sign-in refused; the next try is looked at in {wait_seconds} s.")
        self.wait_seconds = wait_seconds
        """How long a next try will be refused unseen; 0 for not at all."""


_ABOUT_WHAT_WAS_ASKED = DataError | IntegrityError | ProgrammingError
_CLASSES_ABOUT_IT = {"22", "23", "40", "42"}
"""PostgreSQL's classes of SQLSTATE: data, integrity, deadlock and conflict, syntax and rights."""


def translated(error: Exception) -> Unavailable | Rejected:
    """A driver's error as Unavailable where it tells of the database's state, else as Rejected.

    The text names the kind of error only, since a driver's own may quote what was written.
    """
    if isinstance(error, OSError | NoConnectionFree):
        return Unavailable(type(error).__name__)
    if not isinstance(error, DBAPIError) or isinstance(error, _ABOUT_WHAT_WAS_ASKED):
        return Rejected(type(error).__name__)
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    if str(code)[:2] in _CLASSES_ABOUT_IT or code == "SQLITE_ERROR":
        return Rejected(str(code))
    return Unavailable(code or type(error.orig or error).__name__)

"""What callers catch: why the store cannot be opened, and why a change was not made."""


class StorageError(Exception):
    """Storage could not do what was asked; never holds what residents wrote."""


class CannotOpen(StorageError):  # noqa: N818 - reads as the sentence it is
    """The store cannot be opened; the message is one sentence for who runs the program."""


class Conflict(StorageError):  # noqa: N818 - the word for it
    """Somebody else changed it meanwhile: read it again, then decide again."""


class LoginRefused(StorageError):  # noqa: N818 - reads as the sentence it is
    """Wrong name or password, or too many wrong ones lately; never says which of them it was."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"Sign-in refused; the next try is looked at in {wait_seconds} s.")
        self.wait_seconds = wait_seconds
        """How long a next try will be refused unseen; 0 for not at all."""

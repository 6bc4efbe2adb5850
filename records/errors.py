"""What can go wrong with records, each with a sentence for people."""


class RecordsError(Exception):
    """Something about the records that the caller must know; its text holds no personal words."""


class RecordsUnavailable(RecordsError):
    """The database cannot be reached or cannot write just now; trying again later may work."""


class BrokenChain(RecordsError):
    """Facts were handed in that do not form a chain; nothing of them was stored."""


class Gap(RecordsError):
    """Facts were handed in that leave out earlier ones; nothing of them was stored."""

    def __init__(self, case_id: str, stored: int, first: int) -> None:
        super().__init__(
            f"facts of {case_id} are stored up to {stored}, but the next ones begin at {first}: "
            "hand in the missing ones first, or run `jidoka log rebuild`"
        )
        self.case_id, self.stored, self.first = case_id, stored, first


class NotStored(RecordsError):
    """There is no such record."""


class Conflict(RecordsError):
    """The change does not fit what is stored."""


class TooLarge(RecordsError):
    """The content is over the size limit."""


class Damaged(RecordsError):
    """What is stored is not what was put there."""

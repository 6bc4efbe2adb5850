"""What can go wrong with records, each with a code, a sentence for people and the next step."""


class RecordsError(Exception):
    """Something about the records that the caller must know; its text holds no personal words."""

    code = "failed"
    hint = ""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.hint if hint is None else hint


class RecordsUnavailable(RecordsError):
    """The database cannot be reached or cannot write just now; trying again later may work."""

    code = "unreachable"
    hint = "Nothing was half done; try again, and run `jidoka doctor` if it stays so."


class NotMigrated(RecordsError):
    """The tables are missing or of another version."""

    hint = "Run `jidoka up`, which brings the database to this version."


class BrokenChain(RecordsError):
    """Facts were handed in that do not form a chain; nothing of them was stored."""

    hint = "Nothing of it was stored; run `jidoka audit verify`."


class Gap(RecordsError):
    """Facts were handed in that leave out earlier ones; nothing of them was stored."""

    hint = "Hand in the missing ones first, or run `jidoka log rebuild`."

    def __init__(self, case_id: str, stored: int, first: int) -> None:
        super().__init__(f"facts of {case_id} are stored up to {stored}, but the next ones begin at {first}")
        self.case_id, self.stored, self.first = case_id, stored, first


class NotStored(RecordsError):
    """There is no such record."""

    code = "not_found"
    hint = "Check the id; `ls` lists what there is."


class Conflict(RecordsError):
    """The change does not fit what is stored."""


class Refused(RecordsError):
    """The database itself refused a value; that is a bug of ours, and nothing was stored."""

    hint = "Nothing was stored; report it."


class TooLarge(RecordsError):
    """The content is over the size limit."""


class Damaged(RecordsError):
    """What is stored is not what was put there."""

    hint = "Restore it from a backup; run `jidoka audit verify`."

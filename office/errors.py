"""What a door can be told: an error with a code, what and why, and the next step."""


class DeskError(Exception):
    """Ends a request; every door shows it in its own way."""

    code = "failed"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NotFound(DeskError):
    """There is no such case, service, person..."""

    code = "not_found"


class NotAllowed(DeskError):
    """The person may not do that."""

    code = "not_allowed"


class ActRefused(DeskError):
    """The case, as it is, does not take this act."""

    code = "refused"


class Unusable(DeskError):
    """The request itself is wrong."""

    code = "usage"


class Unreachable(DeskError):
    """Something that is needed does not answer."""

    code = "unreachable"

"""From an import string to an organisation; only doors and workers load one, never a workflow."""

import os
import sys
from importlib import import_module

from pydantic import ValidationError

from definitions.organisation import Organisation
from definitions.references import dangling_keys


class DefinitionsError(Exception):
    """Definitions that cannot be used: `message` says what and why, `hint` the next step."""

    def __init__(self, message: str, hint: str, code: str = "check_failed") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def read(path: str) -> Organisation:
    """The organisation at an import string `module:name`, whether or not it fits together."""
    module_name, _, name = path.partition(":")
    if not module_name or not name:
        raise DefinitionsError(
            f"{path!r} names no organisation.", "Write module:name, such as definitions.example:organisation.", "usage"
        )
    if (here := os.getcwd()) not in sys.path:
        # Last, so that a file of somebody's project never stands in for a module of ours.
        sys.path.append(here)
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        raise DefinitionsError(
            f"There is no module {error.name!r} (needed for {path}).",
            "Correct the name, start in the directory that holds it, or install what is missing.",
            "not_found",
        ) from error
    except ValidationError as error:
        raise DefinitionsError(f"{path} is not valid: {_said(error)}.", "Correct the definition.") from error
    except Exception as error:
        raise DefinitionsError(
            f"{module_name} cannot be imported: {type(error).__name__}: {error}.", "Correct the module."
        ) from error
    found = getattr(module, name, None)
    if not isinstance(found, Organisation):
        kind = "nothing" if found is None else f"a {type(found).__name__}"
        raise DefinitionsError(
            f"{path} is {kind}, not an Organisation.", f"Define {name} in {module_name}.", "not_found"
        )
    return found


def load(path: str) -> Organisation:
    """Like `read`, and refused when a name in it leads nowhere: no case could be trusted to finish."""
    organisation = read(path)
    if dangling := dangling_keys(organisation):
        first, more = dangling[0], len(dangling) - 1
        raise DefinitionsError(
            f"{path} does not fit together: {first.where}: {first.what}{f' (and {more} more)' if more else ''}.",
            "Run `jidoka definitions check`, which lists everything.",
        )
    return organisation


def _said(error: ValidationError) -> str:
    """What pydantic found, on one line."""
    return "; ".join(
        f"{error.title}.{'.'.join(str(part) for part in found['loc'])}: {found['msg'].removeprefix('Value error, ')}"
        for found in error.errors()
    )

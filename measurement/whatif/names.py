"""What the names of an imported log mean in the organisation: declared by whoever knows both, never guessed."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from definitions.base import Key, Priority, Value
from definitions.organisation import Organisation
from measurement.values import BadData

ANY = "*"
"""Stands for every name that has no line of its own, and for none."""


class Names(Value):
    """A table for each column: what the log says -> what it is here. What is not named stays out, and is counted."""

    service: dict[str, Key] = {}
    category: dict[str, Key] = {}
    team: dict[str, Key] = {}
    priority: dict[str, Priority] = {}
    channel: dict[str, Key] = {}
    people: dict[Key, Annotated[int, Field(gt=0)]] = {}
    """How many work in a team, where that is not as many as the organisation names."""

    def of(self, column: str, said: str | None) -> str | None:
        """The name here; None where nobody declared it."""
        table: Mapping[str, str] = getattr(self, column)
        found = table.get(said, table.get(ANY)) if said is not None else table.get(ANY)
        return None if found is None else str(found)


def names_of(path: Path, organisation: Organisation) -> Names:
    """From a TOML file. Raises BadData where it names what the organisation does not have."""
    try:
        names = Names.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError, RecursionError) as error:
        why = error.errors()[0] if isinstance(error, ValidationError) else None
        said = f"{'.'.join(map(str, why['loc']))}: {why['msg']}" if why else str(error)
        raise BadData(f"{path} does not say what names mean: {said}", "See docs/whatif.md for an example.") from None
    services, teams = ({each.key for each in given} for given in (organisation.services, organisation.teams))
    categories = {category for service in organisation.services for category in service.categories}
    for column, known in (("service", services), ("team", teams), ("people", teams), ("category", categories)):
        table = getattr(names, column)
        unknown = sorted({*(table if column == "people" else table.values())} - known)
        if unknown:
            raise BadData(
                f"[{column}] of {path} names {', '.join(unknown)}, which the organisation does not have.",
                f"It has {', '.join(sorted(known))}.",
            )
    return names

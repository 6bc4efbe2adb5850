"""Organisations a few random edits away from the example, valid in themselves."""

import copy
from random import Random
from typing import Any

from pydantic import ValidationError

from definitions.keyed import plain, view
from definitions.organisation import Organisation

LISTS = (
    *("services", "teams", "calendars", "matrices", "targets", "chains", "routing", "people", "automations"),
    *("catalogue", "surveys"),
)
EDITS = ("word", "word", "number", "drop", "twin", "shuffle", "optional")


def edited(organisation: Organisation, random: Random, edits: int) -> Organisation:
    """So many edits that hold, of things of every kind; names may lead nowhere."""
    done = 0
    while done < edits:
        doc = view(organisation)
        _edit(doc, random)
        try:
            result = Organisation.model_validate(plain(doc))
        except ValidationError:
            continue
        done += result != organisation
        organisation = result
    return organisation


def _edit(doc: dict[str, Any], random: Random) -> None:
    kind = random.choice(LISTS)
    things = doc[kind]
    edit = random.choice(EDITS)
    if edit == "shuffle":
        names = list(things)
        random.shuffle(names)
        doc[kind] = {name: things[name] for name in names}
    elif things and edit == "drop":
        del things[random.choice(list(things))]
    elif things and edit == "twin":
        things[f"twin-{random.randrange(10**6)}"] = copy.deepcopy(things[random.choice(list(things))])
    elif edit == "optional":
        doc[random.choice(("learned_routing", "reviews"))] = None
    elif things:
        _inside(things[random.choice(list(things))], random, str if edit == "word" else int)


def _inside(thing: dict[str, Any], random: Random, kind: type) -> None:
    """Change one leaf somewhere in it, or the order of one list."""
    place: Any = thing
    while isinstance(place, dict | list) and place:
        names = list(place) if isinstance(place, dict) else list(range(len(place)))
        name = random.choice(names)
        if isinstance(place[name], dict | list) and place[name] and random.random() < 0.9:
            if isinstance(place[name], list) and random.random() < 0.3:
                random.shuffle(place[name])
                return
            place = place[name]
        else:
            if type(place[name]) is kind:
                place[name] = f"{place[name]} {random.randrange(100)}" if kind is str else place[name] + 1
            return

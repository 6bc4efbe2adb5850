"""Who acts at the command line, also where the definitions cannot be had."""

from pathlib import Path

import pytest

from definitions.change import ChangeRefused
from definitions.example import organisation
from definitions.organisation import Organisation
from definitions.people import Role
from office.errors import NotFound
from office.identity import Identity
from records.store import Store
from sources import load
from tests.records.conftest import TickingClock


def refused() -> Organisation:
    raise ChangeRefused("The definitions have moved on.", "Rebase.")


def test_who_mends_a_standard_that_cannot_be_had_is_known_all_the_same(
    store: Store, clock: TickingClock, tmp_path: Path
) -> None:
    store.directory.sync(organisation.people)
    identity, settings = Identity(store, refused, clock), load({"data_dir": str(tmp_path)}, environ={})

    assert Role.LEAD in identity.at_the_command_line(settings, "dana").roles
    assert Role.ADMIN in identity.at_the_command_line(settings, "whoever-owns-the-data").roles
    with pytest.raises(NotFound):
        identity.person("nobody-at-all")


def test_people_of_the_definitions_are_known_before_the_first_worker_has_synced_them(
    store: Store, clock: TickingClock
) -> None:
    assert Identity(store, lambda: organisation, clock).person("dana") == "dana"

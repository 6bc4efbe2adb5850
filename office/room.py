"""What every room behind the desk works with."""

from definitions.standards import InForce
from office.acceptance import Acceptance
from office.casebook import Casebook
from office.courier import Courier
from office.identity import Identity
from records.store import Store
from settings import Clock


class Room:
    """One for each kind of case: it opens them, and says what is special about them."""

    def __init__(
        self,
        store: Store,
        standard: InForce,
        clock: Clock,
        identity: Identity,
        acceptance: Acceptance,
        courier: Courier,
        casebook: Casebook,
    ) -> None:
        self._store, self._standard, self._clock = store, standard, clock
        self._identity, self._acceptance, self._courier = identity, acceptance, courier
        self._casebook = casebook

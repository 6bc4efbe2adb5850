"""Experiments at the desk: begun once their plan fits, drawn for each new case, stopped at once."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from itertools import combinations

from definitions.arms import Subject, arms_of, takes_part
from definitions.change import Change, ChangeRefused, rebased, tried
from definitions.clashes import clash
from definitions.experiment import VARIANT, Experiment
from definitions.exposure import Exposure, labels
from definitions.organisation import Organisation
from definitions.people import Action, Actor, Object
from definitions.rules.opening import Opening
from definitions.runs import AnyDefinition
from definitions.slices import UnknownKey
from office.access import allow
from office.errors import ActRefused
from records.experiments import ExperimentRow
from records.store import Store
from settings import Clock

log = logging.getLogger(__name__)
KEPT = 200
"""Slices of variants that are kept ready."""


class Draw:
    """What a new case of this kind and service would get in each combination of arms, ready to be drawn."""

    def __init__(
        self,
        experiments: Sequence[Experiment],
        subject: Subject,
        slices: dict[tuple[str, ...], AnyDefinition],
        secret: bytes,
    ) -> None:
        self._experiments, self._subject, self._slices, self._secret = experiments, subject, slices, secret

    def of(self, case_id: str, opening: Opening) -> tuple[Opening, AnyDefinition]:
        """The opening with its arms, and the slice that goes with them. Pure."""
        subject = self._subject.model_copy(update={"case_id": case_id})
        found = arms_of(self._experiments, subject, self._secret)
        told = opening.model_copy(update={"exposures": found, "arm": labels(found)}) if found else opening
        return told, self._slices[_changed(found)]


class Experiments:
    """Those of one installation."""

    def __init__(self, store: Store, standard: Callable[[], Organisation], clock: Clock, lots: bytes) -> None:
        """`standard` gives the organisation in force; `lots` is the secret that arms are drawn with."""
        self._store, self._standard, self._clock, self._lots = store, standard, clock, lots
        self._plans: dict[tuple[str, str], Experiment] = {}
        self._slices: dict[tuple[str, tuple[str, ...], str], AnyDefinition | None] = {}

    # -- beginning and ending ------------------------------------------------------------------------------------

    def lock(self, plan: Experiment, by: str) -> ExperimentRow:
        """Begin it; the same plan again changes nothing. For whoever was allowed to begin its cycle.

        Raises ActRefused where its change cannot be tried, alters nothing that its cases carry, or gets in the way of
        an experiment that runs: nothing has happened then.
        """
        return self._store.experiments.lock(
            plan.key, plan.version, plan.model_dump(mode="json"), by, self._fitting(plan)
        )

    def checked(self, plan: Experiment) -> None:
        """Whether it could begin now. Raises ActRefused as `lock` does; nothing happens."""
        self._fitting(plan)(self._store.experiments.running())

    def _fitting(self, plan: Experiment) -> Callable[[Sequence[ExperimentRow]], None]:
        """Raises ActRefused where it cannot be tried at all; what comes back does so where it clashes with others."""
        standard = self._standard()
        try:
            varied = tried(standard, rebased(plan.change, standard), self._clock())
        except ChangeRefused as refused:
            raise ActRefused(f"{plan.key} cannot be tried: {refused}", refused.hint) from None
        self._alters(plan, standard, varied)

        def fits(running: Sequence[ExperimentRow]) -> None:
            others = [self._plan(row) for row in running if row.key != plan.key]
            if (found := clash(plan, others)) is not None:
                raise ActRefused(found.what, found.next_step)
            for other in others:
                if other.layer != plan.layer and other.scope.meets(plan.scope):
                    self._together(plan, other, varied)

        return fits

    async def stop(self, key: str, reason: str, actor: Actor) -> ExperimentRow:
        """Expose no further case, from the next one on; cases that run finish as they began."""
        allow(actor, Action.EXPERIMENT_STOP, Object())
        if not reason.strip():
            raise ActRefused("an experiment is not stopped without a reason", "Say why: it stays in the record.")
        return await asyncio.to_thread(self._store.experiments.stop, key, actor.person, reason.strip())

    def _alters(self, plan: Experiment, standard: Organisation, varied: Organisation) -> None:
        for service in plan.scope.services:
            for key in _keys(standard, plan.scope.kind, service):
                try:
                    if _slice(standard, plan.scope.kind, key) != _slice(varied, plan.scope.kind, key):
                        return
                except UnknownKey as unknown:
                    raise ActRefused(f"{plan.key} cannot be tried: {unknown}", "Correct its scope.") from None
        whose = f"{plan.scope.kind}s of {', '.join(plan.scope.services)}"
        raise ActRefused(
            f"the change of {plan.key} alters nothing that {whose} carry",
            "Correct its scope; what takes effect for everybody at once cannot be tried on some.",
        )

    def _together(self, plan: Experiment, other: Experiment, varied: Organisation) -> None:
        try:
            tried(varied, other.change)
        except ChangeRefused as refused:
            raise ActRefused(
                f"{plan.key} and {other.key} cannot be tried on one case: {refused}",
                f"Put it into the layer {other.layer}, on a stretch of its own, or wait for {other.key}.",
            ) from None

    # -- new cases -----------------------------------------------------------------------------------------------

    def running(self) -> list[Experiment]:
        """The plans that new cases may take part in, by key."""
        return [self._plan(row) for row in self._store.experiments.running()]

    def draw(self, opening: Opening, definition: AnyDefinition) -> Draw:
        """Everything that needs the records or takes time, so that the draw itself is quick.

        Read from the records for each case: a stop counts from the next case on, whoever asked for it and where.
        """
        subject = Subject(
            case_id="",
            kind=definition.kind,
            service=opening.service,
            category=opening.category,
            requester=opening.requester,
            team=getattr(definition, "default_team", None) or getattr(definition, "team", None),
            at=self._clock(),
        )
        standard = self._standard()
        slices: dict[tuple[str, ...], AnyDefinition] = {(): definition}
        taking = [plan for plan in self.running() if takes_part(plan, subject)]
        usable = [plan for plan in taking if self._varied(standard, (plan,), definition) is not None]
        for size in range(1, len(usable) + 1):
            for some in combinations(usable, size):
                if len({plan.layer for plan in some}) < size:
                    continue
                # A combination that does not fit keeps the arms as drawn and the slice of its first: said in the log.
                found = self._varied(standard, some, definition) or slices[(some[0].key,)]
                slices[tuple(plan.key for plan in some)] = found
        return Draw(usable, subject, slices, self._lots)

    def _varied(
        self, standard: Organisation, plans: Sequence[Experiment], definition: AnyDefinition
    ) -> AnyDefinition | None:
        """The slice with these changes; None where they do not fit the standard in force: then nobody is exposed."""
        place = (standard.version, tuple(plan.version for plan in plans), f"{definition.kind}/{definition.key}")
        if place not in self._slices:
            if len(self._slices) >= KEPT:
                self._slices.clear()
            try:
                organisation = standard
                for plan in plans:
                    organisation = tried(organisation, _over(plan.change, standard))
                self._slices[place] = _slice(organisation, definition.kind, definition.key)
            except (ChangeRefused, UnknownKey) as refused:
                keys = " and ".join(plan.key for plan in plans)
                log.error("new cases are not exposed to %s: %s", keys, refused)
                self._slices[place] = None
        return self._slices[place]

    def _plan(self, row: ExperimentRow) -> Experiment:
        place = (row.key, row.version)
        if place not in self._plans:
            self._plans[place] = Experiment.model_validate(row.plan)
        return self._plans[place]


def _over(change: Change, standard: Organisation) -> Change:
    return rebased(change, standard)


def _changed(found: Sequence[Exposure]) -> tuple[str, ...]:
    return tuple(exposure.experiment for exposure in found if exposure.arm == VARIANT)


def _keys(organisation: Organisation, kind: str, service: str) -> list[str]:
    """The keys of the slices that cases of this service can carry."""
    if kind != "request":
        return [service]
    return [item.key for item in organisation.catalogue if item.service == service]


def _slice(organisation: Organisation, kind: str, key: str) -> AnyDefinition:
    match kind:
        case "incident":
            return organisation.incident(key)
        case "request":
            return organisation.request(key)
        case "problem":
            return organisation.problem(key)
        case _:
            raise UnknownKey(f"no experiment is made on a {kind}")

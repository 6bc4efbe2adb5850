"""An automation as an organisation uses it: what it does for whom, who answers for it, and how far it may go."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import Field, JsonValue, model_validator

from definitions.base import Definition, Key, Value
from definitions.help import Remedy, Source
from definitions.sparse import Sparse

HOUR_S, DAY_S = 3600, 86_400
MOST_SECONDS = 540
"""A run ends before the activity that carries it does (10 minutes), so that it can say itself what became of it."""


class Risk(StrEnum):
    """What can go wrong when it runs."""

    READS = "reads"
    """It looks and changes nothing: it may run for a case by itself."""
    CHANGES = "changes"
    """It changes things of one person, and what it changed can be put right."""
    ENDANGERS = "endangers"
    """Others can be hurt by it, or nothing brings back what it changed."""


class Budget(Value):
    """How often it may run; what is beyond goes to a person, because so many runs mean that something else is wrong."""

    per_hour: Annotated[int, Field(gt=0)] = 60
    per_day: Annotated[int, Field(gt=0)] = 500


class Breaker(Value):
    """When it stops by itself: after `failures` in `within_s` seconds; after `rest_s` more, one run is tried."""

    failures: Annotated[int, Field(gt=0)] = 5
    within_s: Annotated[int, Field(gt=0)] = 600
    rest_s: Annotated[int, Field(gt=0)] = 300


class Match(Sparse):
    """Cases of these services, and of these categories where any are named."""

    services: Annotated[tuple[Key, ...], Field(min_length=1)]
    categories: tuple[Key, ...] = ()


class Diagnosis(Sparse):
    """What a case carries of an automation that looks before a person does."""

    automation: Key
    categories: tuple[Key, ...] = ()


class AutomationDefinition(Definition):
    """One use of the code named `does`, with the inputs that are the same for every case."""

    title: str
    does: Key
    """The code, as registered by `@automation`."""
    owner: Key
    """The team that answers for it."""
    risk: Risk
    consent: bool = False
    """The person it is about must have said yes."""
    needs_approval: bool = False
    """Somebody of the desk must have said yes."""
    timeout_s: Annotated[int, Field(gt=0, le=MOST_SECONDS)] = 60
    budget: Budget = Budget()
    breaker: Breaker = Breaker()
    inputs: dict[str, JsonValue] = {}
    diagnoses: tuple[Match, ...] = ()
    """Cases for which it runs by itself as soon as they are opened."""
    remedies: tuple[Match, ...] = ()
    """Cases that it may solve by itself before a person looks; with `consent`, the requester is asked first."""
    gives: str = ""
    """What the requester has from it, in their words: `A temporary password, sent to your recovery address`."""
    from_case: dict[str, Source] = {}
    """Inputs that the case gives it as a remedy."""

    @model_validator(mode="after")
    def _is_fit_to_solve(self) -> "AutomationDefinition":
        if self.remedies and (self.risk is Risk.ENDANGERS or self.needs_approval):
            raise ValueError(
                f"automation {self.key} would solve cases by itself: not one that endangers or that needs an approval"
            )
        if self.remedies and not self.gives:
            raise ValueError(f"automation {self.key} solves cases by itself: say in `gives` what people have from it")
        return self

    @model_validator(mode="after")
    def _looks_only(self) -> "AutomationDefinition":
        if self.diagnoses and (self.risk is not Risk.READS or self.consent or self.needs_approval):
            raise ValueError(
                f"automation {self.key} would run by itself: only what reads, and asks nobody, may be a diagnosis"
            )
        return self


def diagnoses_of(automations: Iterable[AutomationDefinition], service: str) -> tuple[Diagnosis, ...]:
    """What looks at cases of this service by itself, in the order of definition."""
    return tuple(
        Diagnosis(automation=automation.key, categories=match.categories)
        for automation in automations
        for match in automation.diagnoses
        if service in match.services
    )


def remedies_of(automations: Iterable[AutomationDefinition], service: str) -> tuple[Remedy, ...]:
    """What may solve cases of this service by itself, in the order of definition."""
    return tuple(
        Remedy(
            automation=automation.key,
            categories=match.categories,
            consent=automation.consent or None,
            inputs=automation.from_case,
        )
        for automation in automations
        for match in automation.remedies
        if service in match.services
    )


def fitting(diagnoses: Iterable[Diagnosis], category: str | None) -> tuple[Key, ...]:
    """The automations that look at a case of this category, each once."""
    fits = (d.automation for d in diagnoses if not d.categories or category in d.categories)
    return tuple(dict.fromkeys(fits))

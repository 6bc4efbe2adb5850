"""From definitions to what the worker runs; a definition that does not fit its code stops the worker, not a case."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module

from pydantic import JsonValue, ValidationError

from activities.automation.code import CODE, Code
from activities.automation.guarded import Guarded, Tools
from definitions.automations import AutomationDefinition, Risk
from definitions.references import Problem
from definitions.standards import InForce

SHIPPED = (
    "activities.automation.directory_password",
    "activities.automation.machine",
    "activities.automation.mailbox",
    "activities.automation.names",
    "activities.automation.website",
)
"""Modules whose import registers the automations that come with Jidoka."""

log = logging.getLogger("jidoka.automation")

_ORDER = (Risk.READS, Risk.CHANGES, Risk.ENDANGERS)


class Misfit(Exception):
    """A definition and its code do not fit; `message` says how, `hint` the next step."""

    code = "check_failed"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def known_code(modules: Iterable[str] = ()) -> Mapping[str, Code]:
    """All code, shipped and of these modules, by key. Raises Misfit for a module that cannot be imported."""
    for name in (*SHIPPED, *modules):
        try:
            import_module(name)
        except ImportError as error:
            raise Misfit(
                f"the automations of {name} cannot be loaded: {error}", "Correct automation_modules."
            ) from None
    return CODE


def code_of(definition: AutomationDefinition, known: Mapping[str, Code]) -> Code:
    """The code that a definition names. Raises Misfit."""
    code = known.get(definition.does)
    if code is None:
        raise Misfit(
            f"automation {definition.key} names the code {definition.does!r}, which nobody registered",
            f"Name one of {', '.join(sorted(known))}, or add its module to automation_modules.",
        )
    if _ORDER.index(definition.risk) < _ORDER.index(code.risk):
        raise Misfit(
            f"automation {definition.key} says that it {definition.risk}, but its code {code.risk}",
            f"Write risk=Risk.{code.risk.name}.",
        )
    return code


def problems(
    definitions: Iterable[AutomationDefinition],
    known: Mapping[str, Code],
    inputs: Mapping[str, Mapping[str, JsonValue]] | None = None,
) -> Iterator[Problem]:
    """What would stop a worker, or every run of an automation: for `jidoka definitions check`."""
    for definition in definitions:
        where = f"automation:{definition.key}"
        try:
            takes = code_of(definition, known).takes
        except Misfit as misfit:
            yield Problem(where=where, what=misfit.message, next_step=misfit.hint.rstrip(".") + ".")
            continue
        for name in sorted(definition.from_case.keys() - takes.model_fields.keys()):
            yield Problem(where=where, what=f"from_case names {name}, which it does not take", next_step="Correct it.")
        try:
            takes.model_validate({**definition.inputs, **(inputs or {}).get(definition.key, {})})
        except ValidationError as bad:
            for error in bad.errors(include_input=False):
                name = ".".join(map(str, error["loc"]))
                if error["type"] != "missing" or len(error["loc"]) > 1:
                    yield Problem(where=where, what=f"{name}: {error['msg']}", next_step=f"Correct inputs[{name!r}].")
                elif definition.diagnoses or (definition.remedies and name not in definition.from_case):
                    yield Problem(
                        where=where,
                        what=f"it runs by itself, and nobody gives it {name}",
                        next_step=f"Add {name} to inputs.",
                    )


def guarded(
    definitions: Iterable[AutomationDefinition],
    tools: Tools,
    *,
    modules: Iterable[str] = (),
    inputs: Mapping[str, Mapping[str, JsonValue]] | None = None,
) -> dict[str, Guarded]:
    """Every automation of an organisation, ready to run. `inputs` by key say where things are on this installation."""
    known = known_code(modules)
    return {
        definition.key: Guarded(definition, code_of(definition, known), tools, (inputs or {}).get(definition.key))
        for definition in definitions
    }


class Following:
    """The automations of the organisation in force, as they change; a case may still want one that it began with."""

    def __init__(
        self,
        standard: InForce,
        tools: Tools,
        *,
        modules: Iterable[str] = (),
        inputs: Mapping[str, Mapping[str, JsonValue]] | None = None,
    ) -> None:
        """As `guarded`. Raises Misfit: later on, what fits is kept and the log says what does not."""
        self._standard, self._tools, self._modules, self._inputs = standard, tools, tuple(modules), inputs
        self._of = standard().automations
        self._built = self._build()

    def __call__(self) -> Mapping[str, Guarded]:
        """Those of the moment, by key."""
        now = self._standard().automations
        if now is not self._of:
            self._of = now
            try:
                self._built = {**self._built, **self._build()}
            except Misfit as misfit:
                log.error("the automations stay as they were: %s %s", misfit.message, misfit.hint)
        return self._built

    def _build(self) -> dict[str, Guarded]:
        return guarded(self._of, self._tools, modules=self._modules, inputs=self._inputs)

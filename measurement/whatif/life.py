"""A case while it is played: its facts so far, when each thing happened, and what is still to be answered."""

from datetime import datetime

from definitions.case import CaseState
from definitions.facts import Draft, Fact
from definitions.rules.notices import Command, Convene, Page, Tell
from definitions.runs import AnyDefinition
from definitions.unfolding import Unfolding
from measurement.whatif.delays import Causes
from measurement.whatif.items import Came
from measurement.whatif.tape import Tape


class Life(Unfolding):
    """A case that remembers when what happened."""

    def __init__(self, tape: Tape, definition: AnyDefinition) -> None:
        super().__init__(CaseState(id=tape.case_id, kind=definition.kind), definition)
        self.facts: list[Fact] = []
        self.known: dict[str, datetime] = {}
        self.now = tape.items[0].now
        self._causes = Causes()

    def keep(self, fact: Fact, before: CaseState) -> None:
        self.facts.append(fact)
        if (name := self._causes.name(fact)) is not None:
            self.known[name] = self.now

    def awaits(self, came: Came) -> bool:
        """Whether what it is the answer to was sent here too, and not answered yet."""
        fact = came.drafts[0]
        answered = next((each for each in self.commands if _answers(fact, each)), None)
        if answered is not None:
            self.commands.remove(answered)
        asked = fact.type == "review_opened" and fact.data["why"] == "asked"  # by somebody, not by the rules
        return answered is not None or asked or fact.type not in ("told", "paged", "review_opened")


def _answers(fact: Draft, command: Command) -> bool:
    """Whether the fact says what came of the command; the first answer carries what was found for the requester."""
    match command:
        case Tell():
            template = {"offer": "received"}.get(str(fact.data.get("template")), fact.data.get("template"))
            return fact.type == "told" and template == command.template
        case Page():
            return fact.type == "paged" and fact.data["page"] == command.page
        case Convene():
            return fact.type == "review_opened"
        case _:
            return False

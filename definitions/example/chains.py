"""Who is told when a case of Example Ltd is not answered or in danger."""

from definitions.base import Priority
from definitions.escalation import EscalationChain, EscalationStep
from definitions.targets import Clock

MINUTE = 60
_URGENT = (Priority.P1, Priority.P2)

critical = EscalationChain(
    key="critical",
    title="Services that many people stand on",
    steps=(
        EscalationStep(
            key="page", on="unacknowledged", notify="on_call", priorities=_URGENT, via=("mail", "webhook"), after_s=0
        ),
        EscalationStep(
            key="page-again", on="unacknowledged", notify="on_call", priorities=_URGENT, after_s=10 * MINUTE
        ),
        EscalationStep(key="page-lead", on="unacknowledged", notify="lead", priorities=_URGENT, after_s=20 * MINUTE),
        EscalationStep(
            key="page-manager",
            on="unacknowledged",
            notify="manager",
            priorities=(Priority.P1,),
            via=("mail", "webhook"),
            after_s=45 * MINUTE,
        ),
        EscalationStep(key="response-danger", on="warned", clock=Clock.RESPONSE, notify="on_call"),
        EscalationStep(key="resolution-danger", on="warned", clock=Clock.RESOLUTION, notify="assignee"),
        EscalationStep(key="resolution-missed", on="breached", clock=Clock.RESOLUTION, notify="lead"),
    ),
)

standard = EscalationChain(
    key="standard",
    title="Services of the working day",
    # Warnings follow the calendar of the target, so these pages come in working hours.
    steps=(
        EscalationStep(
            key="page", on="unacknowledged", notify="on_call", priorities=(Priority.P1,), after_s=15 * MINUTE
        ),
        EscalationStep(key="response-danger", on="warned", clock=Clock.RESPONSE, notify="on_call"),
        EscalationStep(key="response-missed", on="breached", clock=Clock.RESPONSE, notify="lead"),
        EscalationStep(key="resolution-danger", on="warned", clock=Clock.RESOLUTION, notify="assignee"),
        EscalationStep(key="resolution-missed", on="breached", clock=Clock.RESOLUTION, notify="lead"),
        EscalationStep(
            key="customer-missed",
            on="breached",
            clock=Clock.CUSTOMER,
            notify="manager",
            priorities=(Priority.P1, Priority.P2),
        ),
    ),
)

relaxed = EscalationChain(
    key="relaxed",
    title="Services that can wait a day",
    steps=(
        EscalationStep(key="response-danger", on="warned", clock=Clock.RESPONSE, notify="on_call"),
        EscalationStep(key="resolution-missed", on="breached", clock=Clock.RESOLUTION, notify="lead"),
    ),
)

heard = EscalationChain(
    key="heard",
    title="Feedback that nobody has answered or acted on",
    steps=(
        EscalationStep(key="answer-danger", on="warned", clock=Clock.RESPONSE, notify="assignee"),
        EscalationStep(key="answer-missed", on="breached", clock=Clock.RESPONSE, notify="manager"),
        EscalationStep(key="done-danger", on="warned", clock=Clock.RESOLUTION, notify="assignee"),
        EscalationStep(key="done-missed", on="breached", clock=Clock.RESOLUTION, notify="manager"),
    ),
)

chains = (critical, standard, relaxed, heard)

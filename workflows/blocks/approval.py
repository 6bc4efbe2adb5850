"""The wait for people to decide.

Who is asked, whose answers count, what follows from silence: `definitions/request/approving.py`. The acts `approve` and
`reject` are answered on the spot and the one timer of the run brings reminders and escalations; so there is nothing
left to do here but to wait, for weeks if need be.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from definitions.catalogue import RequestDefinition
    from definitions.request.approving import granted
    from workflows.blocks.case import Case


async def approved(case: Case, definition: RequestDefinition) -> bool:
    """Whether every stage was granted; False once it was refused or cancelled."""
    await case.until(lambda: case.state.ended or granted(case.state, definition))
    return granted(case.state, definition)

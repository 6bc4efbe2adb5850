"""Automations do their tasks: side by side on the way there, one after the other on the way back.

Which task opens when: `definitions/request/fulfilling.py` and `cancelling.py`. People do theirs by acts.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from definitions.request.facts import of
    from definitions.request.fulfilling import call, tried
    from definitions.request.state import Work
    from workflows.blocks.case import Case


async def fulfilled(case: Case) -> None:
    """Run each automation whose task is open, until the case has ended."""
    begun: set[str] = set()  # a run never starts afresh while one of them is under way

    def waiting() -> list[Work]:
        return [work for work in of(case.state).tasks if work.state == "running" and work.key not in begun]

    while not case.state.ended:
        for work in waiting():
            begun.add(work.key)
            case.beside(_attempt(case, work))
        await case.until(lambda: case.state.ended or bool(waiting()))


async def _attempt(case: Case, work: Work) -> None:
    result = await case.automate(call(work, case.state))
    case.write(*tried(work.key, result, case.state))

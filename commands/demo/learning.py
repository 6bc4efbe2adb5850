"""Stories of what is learned from cases: their common cause, and what went badly."""

from commands.demo.scene import Scene
from commands.demo.stage import Stage
from definitions.intake import OpenProblem
from definitions.problem.acts import RecordKnownError, ResolveProblem
from definitions.review.acts import AddAction, AddFinding, Conclude

CAUSE = "The gateway ends a tunnel after ten minutes without traffic."
WORKAROUND = "Leave a video call open in the background: then the tunnel stays up until the cause is gone."


async def one_cause(stage: Stage, scene: Scene) -> None:
    """Two cases have one cause: who waits is told how to go on, and asked when it is gone."""
    words = ("VPN drops every ten minutes", "The tunnel closes every ten minutes and I have to sign in again.")
    incidents = []
    for number, who in enumerate(scene.people):
        await scene.at(stage, 0.1 * number)
        incidents.append(await stage.mails(who, *words))
    by = await scene.analyst(stage, incidents[0])
    await stage.routed(incidents[1])
    await scene.at(stage, 0.3)
    wanted = OpenProblem(title="VPN tunnels end when nobody types", incidents=tuple(incidents))
    opened = await stage.desk.open_problem(wanted, actor=await stage.actor(by))
    stage.cases.append(opened.id)
    stage.say(f"{by} opens a problem of both: {opened.id}, {wanted.title!r}.")
    await scene.at(stage, 0.45)
    workaround = await stage.desk.words(WORKAROUND, by)
    await stage.does(opened.id, RecordKnownError, by, CAUSE, workaround=workaround)
    await scene.at(stage, 0.75)
    await stage.does(opened.id, ResolveProblem, by, "The gateway keeps quiet tunnels for eight hours now.")
    await scene.at(stage, 0.9)
    for who, case_id in zip(scene.people, incidents, strict=True):
        await stage.replies(who, case_id, "resolved", "Yes, it holds now.")


async def reviewed(stage: Stage, scene: Scene, case_id: str) -> None:
    """What a major incident taught; the engine calls for the review by itself."""

    def called() -> str | None:
        row = stage.desk.store.inbox.find("review", case_id)
        return row.case_id if row is not None else None

    review = await stage.seen(called, f"the review of {case_id}")
    row = await stage.routed(review)
    lead = stage.desk.organisation.team(str(row.team)).lead
    finding = "Nobody watched how full the disk was."
    await stage.does(review, AddFinding, lead, finding, as_="notes a cause in", what="cause")
    prevented = {"owner": lead, "service": row.service, "category": row.category}
    await stage.does(review, AddAction, lead, "An alert at 80 % of the disk", as_="takes on an action of", **prevented)
    await stage.does(review, Conclude, lead)

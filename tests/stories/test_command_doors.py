"""Who may give which command: every leaf of `jidoka`, every role, on the real stack."""

import asyncio
import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import click
import pytest

import cli
from definitions.base import rfc3339
from definitions.example import organisation
from definitions.people import Action, Actor, Door, Object
from definitions.rights import may
from office import opening
from office.cycles import Asked
from settings import system_clock
from sources import load
from tests.commands.conftest import Answer
from tests.definitions.trials import trial
from tests.stories.conftest import OURS, Stack
from tests.stories.letters import first

pytestmark = [pytest.mark.story, pytest.mark.timeout(900)]

A = Action
PEOPLE = ("rita", "omar", "sam", "dana", "olga", "ada")
"""Whose case it is, a stranger to it, an analyst of its team, a lead of another team, an operator, an administrator."""

CASE = Object(kind="case", team="service-desk", requester="rita")
RITAS = Object(kind="cases", requester="rita")
EVERYBODYS = Object(kind="cases")
PROBLEM = Object(kind="case", team="service-desk")
WIFI = Object(kind="case", team="network", requester="rita")
"""A request of Rita, or a task of it: another team than that of the cases."""
ASKED = Object(kind="case", requester="rita", participants=("chloe",))
"""A request whose approver is none of those who try."""
DESK = Object()
ARTICLE = Object(kind="article", team="service-desk")
REVIEW = Object(kind="case", team="service-desk")
CYCLE = Object(kind="case", team="service-desk")
HISTORIES = str(Path(__file__).parents[1] / "histories")

MACHINE = "for whoever owns the machine: it starts, ends or looks at processes and their data directory"
FILES = "reads what lies in files beside it and opens no records"


@dataclass(frozen=True)
class Ask:
    """What a command must ask: one of these actions about this object; `first` others bring about what it needs."""

    args: str = ""
    actions: tuple[Action, ...] = ()
    about: Object = CASE
    first: tuple[str, ...] = ()
    own: bool = False
    """About cases of whoever asks."""


def ask(args: str, *actions: Action, about: Object = CASE, first: tuple[str, ...] = (), own: bool = False) -> Ask:
    return Ask(args, actions, about, first, own)


RESOLVED = ("incident resolve {case} --note Done --as dana",)
SWAP = "directory swap add --team network --person dana --instead-of jay --from {now} --until {later}"

ARTICLES = "knowledge import --as ada"
WIFI_FOR_GUESTS = str(Path(__file__).parents[2] / "definitions" / "example" / "knowledge" / "kb-wifi-guest.md")
CLOSE_SOONER = str(Path(__file__).parents[2] / "examples" / "close-sooner.json")
CHARTER = "--title Slow --problem Late --metric time_to_resolve --goal 1s --service email"
CAUSE = ("cycle record hypothesis {cycle} --text Why --as dana",)
BETTER = (ARTICLES, "knowledge edit kb-phishing --answer {odd} --why Better --as noor")

REVIEWED = ("review start {other} --as dana",)
TO_DO = "review action add {review} --title Better --owner kim --class email/outage --as dana"

GIVEN = ("feedback give --service email --text Hm --as rita",)
IDEA = ("idea add --title Hm --service email --as chloe",)
PRAISE = ("feedback give --service email --tone compliment --text Nice --as rita",)

FULFILLED = ("task done {wifi}/accounts --as dana", "task done {wifi}/hand-over --as sam")
AGAIN = "task done {wifi}/rework-1 --as dana"

TABLE: dict[str, str | tuple[Ask, ...]] = {
    "incident open": (
        ask("--service email --title Mine", A.OPEN, own=True),
        ask("--service email --title Theirs --requester hugo", A.OPEN, about=Object(kind="case", requester="hugo")),
    ),
    "incident show": (ask("{case}", A.SHOW),),
    "incident ls": (ask("--limit 1", A.LS, about=RITAS, own=True), ask("--requester rita", A.LS, about=RITAS)),
    "incident ack": (ask("{case}", A.ACKNOWLEDGE),),
    "incident start": (ask("{case}", A.START),),
    "incident pause": (ask("{case} --reason vendor", A.PAUSE, first=("incident start {case} --as dana",)),),
    "incident resume": (ask("{case}", A.RESUME, first=("incident pause {case} --reason vendor --as dana",)),),
    "incident assign": (ask("{case} --to kim", A.ASSIGN),),
    "incident comment": (
        ask("{case} Hello", A.COMMENT),
        ask("{case} Psst --internal", A.COMMENT_INTERNAL),
        ask("{case} Well --from hugo --channel phone", A.COMMENT_INTERNAL),
    ),
    "incident priority": (ask("{case} --impact high --urgency high", A.SET_PRIORITY),),
    "incident major declare": (ask("{case}", A.MAJOR),),
    "incident major stand-down": (ask("{case}", A.MAJOR, first=("incident major declare {case} --as dana",)),),
    "incident redefine": (ask("{case} --service identity", A.REDEFINE),),
    "incident merge": (ask("{case} --into {other}", A.MERGE),),
    "incident unmerge": (ask("{case}", A.UNMERGE, first=("incident merge {case} --into {other} --as dana",)),),
    "incident link": (
        ask("{case} --parent {other}", A.LINK, first=("incident unmerge {case} --as dana",)),
        ask("{case} --problem {problem}", A.LINK),
    ),
    "incident unlink": (ask("{case}", A.LINK, first=("incident link {case} --problem {problem} --as dana",)),),
    "request open": (
        ask("--item guest-wifi --field guests=2 --field days=1 --field from_day={day}", A.OPEN, own=True),
        ask(
            "--item guest-wifi --field guests=2 --field days=1 --field from_day={day} --requester hugo",
            *(A.OPEN,),
            about=Object(kind="case", requester="hugo"),
        ),
    ),
    "request form": (ask("vpn-access", A.OPEN, own=True),),
    "request show": (ask("{wifi}", A.SHOW, about=WIFI),),
    "request ls": (ask("--limit 1", A.LS, about=RITAS, own=True), ask("--requester rita", A.LS, about=RITAS)),
    "request comment": (ask("{wifi} Hello", A.COMMENT, about=WIFI),),
    "request approve": (ask("{mailbox}", A.APPROVE, about=ASKED),),
    "request reject": (ask("{mailbox} --reason No", A.REJECT, about=ASKED),),
    "inbox": (ask("--limit 1", A.LS, about=RITAS, own=True),),
    "task ls": (
        ask("--limit 1", A.LS, about=RITAS, own=True),
        ask("--all --limit 1", A.LS, about=RITAS, own=True),
    ),
    "task show": (ask("{wifi}/accounts", A.SHOW, about=WIFI),),
    "task claim": (ask("{wifi}/accounts", A.CLAIM_TASK, about=WIFI),),
    "task release": (ask("{wifi}/accounts", A.RELEASE_TASK, about=WIFI),),
    "task done": (ask("{wifi}/accounts --note Made", A.TASK_DONE, about=WIFI),),
    "request reopen": (ask("{wifi} --reason Missing", A.REOPEN, about=WIFI, first=FULFILLED),),
    "request confirm": (ask("{wifi}", A.CONFIRM, about=WIFI, first=(*FULFILLED, AGAIN)),),
    "request cancel": (ask("{mailbox} --reason Gone", A.CANCEL, about=WIFI),),
    "request watch": (ask("{mailbox}", A.SHOW, about=ASKED, first=("request cancel {mailbox} --as dana",)),),
    "problem open": (ask("--service email --title Slow", A.OPEN, about=PROBLEM),),
    "problem show": (ask("{problem}", A.SHOW, about=PROBLEM),),
    "problem ls": (ask("--limit 1", A.LS, about=RITAS, own=True),),
    "problem candidates": (ask("", A.METRICS, about=DESK),),
    "problem ack": (ask("{problem}", A.ACKNOWLEDGE, about=PROBLEM),),
    "problem start": (ask("{problem}", A.START, about=PROBLEM),),
    "problem pause": (
        ask("{problem} --reason vendor", A.PAUSE, about=PROBLEM, first=("problem start {problem} --as dana",)),
    ),
    "problem resume": (
        ask("{problem}", A.RESUME, about=PROBLEM, first=("problem pause {problem} --reason vendor --as dana",)),
    ),
    "problem assign": (ask("{problem} --to kim", A.ASSIGN, about=PROBLEM),),
    "problem comment": (ask("{problem} Hello", A.COMMENT, about=PROBLEM),),
    "problem priority": (ask("{problem} --impact high --urgency high", A.SET_PRIORITY, about=PROBLEM),),
    "problem known-error": (ask("{problem} --workaround Wait", A.RESOLVE, about=PROBLEM),),
    "problem rule-out": (ask("{problem} --reason Weather", A.RESOLVE, about=PROBLEM),),
    "problem share": (
        ask("{problem} --with {case}", A.RESOLVE, first=("problem known-error {problem} --workaround Walk --as dana",)),
    ),
    # What is linked to a problem ends with it: the case is needed below.
    "problem resolve": (
        ask("{problem} --note Done", A.RESOLVE, about=PROBLEM, first=("incident unlink {case} --as dana",)),
    ),
    "problem reopen": (
        ask(
            "{problem} --reason Again", A.REOPEN, about=PROBLEM, first=("problem resolve {problem} --note Y --as dana",)
        ),
    ),
    "problem cancel": (ask("{problem} --reason Gone", A.CANCEL, about=PROBLEM),),
    "problem watch": (
        ask("{problem}", A.SHOW, about=PROBLEM, first=("problem cancel {problem} --reason X --as dana",)),
    ),
    "incident resolve": (ask("{case} --note Done", A.RESOLVE),),
    "incident reopen": (ask("{case} --reason Again", A.REOPEN, first=RESOLVED),),
    "incident confirm": (ask("{case}", A.CONFIRM, first=RESOLVED),),
    "incident cancel": (ask("{other} --reason Gone", A.CANCEL),),
    "incident watch": (ask("{other}", A.SHOW, first=("incident cancel {other} --as dana",)),),
    "knowledge ls": (ask("", A.KNOWLEDGE_READ, about=ARTICLE), ask("--drafts", A.KNOWLEDGE_WRITE, about=ARTICLE)),
    "knowledge search": (ask("phishing", A.KNOWLEDGE_READ, about=ARTICLE, first=(ARTICLES,)),),
    "knowledge show": (
        ask("kb-phishing", A.KNOWLEDGE_READ, about=ARTICLE),
        ask("kb-phishing --version 1", A.KNOWLEDGE_WRITE, about=ARTICLE),
    ),
    "knowledge flag": (ask("kb-phishing unclear --why Long", A.KNOWLEDGE_READ, about=ARTICLE),),
    "knowledge new": (ask("--service email --title Mine --problem Words", A.KNOWLEDGE_WRITE, about=ARTICLE),),
    "knowledge edit": (ask("kb-guest-account --cause {odd} --why Better", A.KNOWLEDGE_WRITE, about=ARTICLE),),
    "knowledge approve": (ask("kb-phishing", A.KNOWLEDGE_APPROVE, about=ARTICLE, first=BETTER),),
    "knowledge publish": (
        ask("kb-phishing", A.KNOWLEDGE_APPROVE, about=ARTICLE, first=("knowledge approve kb-phishing --as lena",)),
    ),
    "knowledge review": (
        ask("", A.KNOWLEDGE_WRITE, about=ARTICLE),
        ask("kb-phishing", A.KNOWLEDGE_APPROVE, about=ARTICLE),
    ),
    "knowledge retire": (ask("kb-calendar-share --why Gone", A.KNOWLEDGE_APPROVE, about=ARTICLE, first=(ARTICLES,)),),
    "knowledge link": (ask("kb-phishing {case}", A.LINK),),
    "knowledge capture": (ask("{case}", A.KNOWLEDGE_WRITE),),
    "knowledge gaps": (ask("", A.KNOWLEDGE_WRITE, about=ARTICLE),),
    "knowledge duplicates": (ask("", A.KNOWLEDGE_WRITE, about=ARTICLE),),
    "knowledge import": (ask(WIFI_FOR_GUESTS, A.KNOWLEDGE_WRITE, about=ARTICLE, first=(ARTICLES,)),),
    "knowledge export": (ask("{folder}", A.KNOWLEDGE_READ, about=ARTICLE),),
    "intake email": (ask("", A.INTAKE, about=DESK),),
    "intake run": (ask("", A.INTAKE, about=DESK),),
    "directory ls": (ask("--staff", A.SHOW_INTERNAL, A.CONFIG, about=DESK),),
    "directory show": (ask("rita", A.SHOW_INTERNAL, A.CONFIG, about=DESK),),
    "directory token": (ask("hugo", A.CONFIG, about=DESK),),
    "directory forget": (ask("{leaver} --yes", A.CONFIG, about=DESK, first=("incident ls --limit 1 --as {leaver}",)),),
    "directory swap add": (ask(SWAP.removeprefix("directory swap add "), A.ASSIGN, about=DESK),),
    "directory swap ls": (ask("", A.SHOW_INTERNAL, A.CONFIG, about=DESK),),
    "directory swap rm": (ask("{number}", A.ASSIGN, about=DESK, first=(f"{SWAP} --as ada",)),),
    "automation ls": (ask("", A.DEFINITIONS, about=DESK),),
    "automation show": (ask("vpn-name", A.DEFINITIONS, about=DESK),),
    "automation run": (ask("password-reset --field person=rita --dry-run", A.AUTOMATE, about=DESK),),
    "automation pause": (ask("vpn-name --reason Wrong", A.AUTOMATION_SWITCH, about=DESK),),
    "automation resume": (ask("vpn-name", A.AUTOMATION_SWITCH, about=DESK),),
    "experiment ls": (ask("", A.METRICS, about=DESK),),
    "experiment show": (ask("{trial}", A.METRICS, about=DESK),),
    "experiment stop": (ask("{trial} --reason Bad", A.EXPERIMENT_STOP, about=DESK),),
    "runs ls": (ask("--limit 5", A.LS, about=EVERYBODYS),),
    "runs show": (ask("{case}", A.LS, about=EVERYBODYS),),
    "runs replay": (ask("{case}", A.AUDIT, about=DESK),),
    "log import": FILES,
    # Imported datasets are files of whoever has them; `live` is asked for.
    "log export": (ask("--dataset live", A.METRICS, about=DESK),),
    "log stats": (ask("--dataset live", A.METRICS, about=DESK),),
    "log ls": FILES,
    "log rm": FILES,
    "log rebuild": (ask("--dry-run", A.REBUILD, about=DESK),),
    "audit verify": (ask("", A.AUDIT, about=DESK),),
    "audit checkpoint": (ask("", A.AUDIT, about=DESK),),
    "quarantine ls": (ask("", A.QUARANTINE_READ, about=DESK),),
    "quarantine show": (ask("{odd}", A.QUARANTINE_READ, about=DESK),),
    "quarantine retry": (ask("{odd}", A.QUARANTINE_WRITE, about=DESK),),
    "quarantine drop": (ask("{odd} --yes", A.QUARANTINE_WRITE, about=DESK),),
    "definitions check": (ask("", A.DEFINITIONS, about=DESK),),
    "definitions show": (ask("", A.DEFINITIONS, about=DESK),),
    "definitions accept": (ask(f"{CLOSE_SOONER} --reason Sooner --dry-run", A.DEFINITIONS_ACCEPT, about=DESK),),
    "definitions revert": (ask("1 --reason Bad --dry-run", A.DEFINITIONS_ACCEPT, about=DESK),),
    "definitions export": (ask("", A.DEFINITIONS, about=DESK),),
    "definitions rebase": (ask("--reason New --dry-run", A.DEFINITIONS_ACCEPT, about=DESK),),
    "definitions diff": (ask("", A.DEFINITIONS, about=DESK),),
    "definitions history": (ask("", A.DEFINITIONS, about=DESK),),
    "catalogue ls": (ask("", A.OPEN, own=True),),
    "catalogue show": (ask("vpn-access", A.OPEN, own=True),),
    "spc": FILES,
    "measure": (ask("time_to_resolve", A.METRICS, about=DESK),),
    "chart": (ask("time_to_resolve --kind histogram", A.METRICS, about=DESK),),
    "pareto": (ask("--by team", A.METRICS, about=DESK),),
    "flow": (ask("", A.METRICS, about=DESK),),
    "kaizen candidates": (ask("", A.METRICS, about=DESK),),
    "kaizen start": (ask(f"{CHARTER} --owner service-desk", A.CYCLE_LEAD, about=CYCLE),),
    "dmaic start": (ask(f"{CHARTER} --owner service-desk", A.CYCLE_LEAD, about=CYCLE),),
    "cycle ls": (ask("", A.METRICS, about=DESK),),
    "cycle show": (ask("{cycle}", A.SHOW, about=CYCLE),),
    "cycle report": (ask("{cycle}", A.SHOW, about=CYCLE), ask("{cycle} --send --dry-run", A.CYCLE, about=CYCLE)),
    "cycle gate": (ask("{cycle}", A.CYCLE, about=CYCLE),),
    "cycle evidence": (ask("{cycle}", A.METRICS, about=DESK),),
    "cycle triage": (ask("{cycle}", A.CYCLE, about=CYCLE),),
    "cycle record hypothesis": (ask("{cycle} --text Why", A.CYCLE, about=CYCLE),),
    "cycle record ground": (ask("{cycle} h1 --kind words --text So", A.CYCLE, about=CYCLE, first=CAUSE),),
    "cycle record countermeasure": (ask("{cycle} --text Try", A.CYCLE, about=CYCLE),),
    "cycle record lesson": (ask("{cycle} --text Look", A.CYCLE, about=CYCLE),),
    "cycle record charter": (ask("{cycle} --goal 2h", A.CYCLE, about=CYCLE),),
    "cycle plan": (ask(f"{{cycle}} --change {CLOSE_SOONER}", A.CYCLE, about=CYCLE),),
    "cycle control": (ask("{cycle}", A.CYCLE, about=CYCLE),),
    "cycle approve": (ask("{cycle}", A.CYCLE_LEAD, about=CYCLE),),
    "cycle assign": (ask("{cycle} --to kim", A.ASSIGN, about=CYCLE),),
    "cycle comment": (ask("{cycle} Hello", A.COMMENT, about=CYCLE),),
    "cycle stop": (ask("{cycle} --reason No", A.CYCLE_LEAD, about=CYCLE),),
    "cycle watch": (ask("{cycle}", A.SHOW, about=CYCLE, first=("cycle stop {cycle} --reason No --as dana",)),),
    "map": (ask("", A.METRICS, about=DESK),),
    "compare": (ask("--by team", A.METRICS, about=DESK),),
    "whatif": (ask(f"--change {CLOSE_SOONER} --leave-out", A.METRICS, about=DESK),),
    "routing replay": (ask("", A.METRICS, about=DESK),),
    "routing explain": (ask("{case}", A.METRICS, about=DESK),),
    "routing learn": (ask("", A.CONFIG, about=DESK),),
    "routing table": (ask("", A.METRICS, about=DESK, first=("routing learn --as ada",)),),
    # Nobody is asked anything on this case: whoever may answer is told so.
    "incident answer": (ask("{case} yes", A.COMMENT),),
    "incident solved": (
        ask(
            "{case} --article kb-phishing",
            A.SOLVED,
            first=(
                *(ARTICLES, "incident reopen {case} --reason Again --as dana"),
                "incident major stand-down {case} --as dana",
            ),
        ),
    ),
    "review start": (ask("{other}", A.REVIEW),),
    "review show": (ask("{review}", A.SHOW, about=REVIEW, first=REVIEWED),),
    "review ls": (ask("--limit 1", A.LS, about=RITAS, own=True), ask("--requester rita", A.LS, about=RITAS)),
    "review report": (ask("{review}", A.SHOW_INTERNAL, about=REVIEW),),
    "review ack": (ask("{review}", A.ACKNOWLEDGE, about=REVIEW),),
    "review assign": (ask("{review} --to kim", A.ASSIGN, about=REVIEW),),
    "review comment": (ask("{review} Hello", A.COMMENT, about=REVIEW),),
    "review finding add": (ask("{review} --kind cause --text Odd", A.ADD_FINDING, about=REVIEW),),
    "review action add": (ask(TO_DO[len("review action add ") : -len(" --as dana")], A.ADD_ACTION, about=REVIEW),),
    "review action done": (ask("{review}/a1", A.ACTION_DONE, about=REVIEW, first=(TO_DO,)),),
    "review action drop": (ask("{review}/a2 --why Gone", A.DROP_ACTION, about=REVIEW, first=(TO_DO,)),),
    "review conclude": (
        ask(
            "{review}",
            A.CONCLUDE,
            about=REVIEW,
            first=("review finding add {review} --kind cause --text Odd --as dana",),
        ),
    ),
    "review call-off": (ask("{review} --why No", A.CALL_OFF, about=REVIEW, first=("review start {case} --as dana",)),),
    "review watch": (ask("{review}", A.SHOW, about=REVIEW, first=("review call-off {review} --why No --as dana",)),),
    "feedback give": (
        ask("--service email --text Hm", A.OPEN, own=True),
        ask("--case {case} --score 4", A.RATE),
    ),
    "feedback show": (ask("{feedback}", A.SHOW, first=GIVEN),),
    "feedback ls": (ask("--limit 1", A.LS, about=RITAS, own=True), ask("--requester rita", A.LS, about=RITAS)),
    "feedback answer": (ask("{feedback} --note Sorry", A.ANSWER_GIVER),),
    "feedback assign": (ask("{feedback} --to kim", A.ASSIGN),),
    "feedback comment": (ask("{feedback} Hello", A.COMMENT),),
    "feedback share": (ask("{feedback} --with kim", A.SHARE_WITH, first=PRAISE),),
    "feedback reopen": (
        ask("{feedback} --reason Again", A.REOPEN, first=("feedback share {feedback} --with kim --as dana",)),
    ),
    "feedback cancel": (ask("{feedback}", A.CANCEL, first=GIVEN),),
    "feedback close": (ask("{feedback} --did Done", A.CLOSE_FEEDBACK, first=GIVEN),),
    "feedback watch": (ask("{feedback}", A.SHOW, first=("feedback close {feedback} --did Done --as dana",)),),
    "idea add": (ask("--title Hm --service email", A.OPEN, own=True),),
    "idea ls": (ask("", A.IDEAS, about=EVERYBODYS),),
    "idea show": (ask("{idea}", A.IDEAS, first=IDEA),),
    "idea rate": (ask("{idea} 4", A.IDEAS),),
    "idea take": (ask("{idea} --cycle KZN-00000000", A.TAKE_IDEA),),
    "idea decline": (ask("{idea} --reason No", A.CLOSE_FEEDBACK, first=IDEA),),
    "survey ls": (ask("", A.METRICS, about=DESK),),
    "survey show": (ask("after-case", A.SURVEY, about=DESK),),
    "survey run": (ask("", A.SURVEY, about=DESK),),
    "config show": FILES,
    "config secrets": MACHINE,
    "up": MACHINE,
    "down": MACHINE,
    "status": MACHINE,
    "doctor": MACHINE,
    "demo": MACHINE,
    "worker": MACHINE,
    "serve": MACHINE,
}
"""Leaf -> what it asks, or why it asks nothing. In this order they are given: what ends a case comes last."""

ENDS_OTHERWISE = {
    ("intake run", 2),
    ("compare", 1),
    ("compare", 6),
    ("routing replay", 6),
    ("automation run", 6),
    ("definitions accept", 6),
    ("definitions revert", 6),
    ("definitions rebase", 6),
    ("kaizen start", 6),
    ("dmaic start", 6),
    ("cycle gate", 6),
    ("cycle plan", 6),
    ("cycle evidence", 1),
    ("cycle triage", 2),
    ("cycle approve", 1),
    ("idea take", 3),
    ("incident answer", 1),
    ("request approve", 1),
    ("request reject", 1),
}
"""Leaf and status where somebody who may is still told no: the mailbox is not one that anybody could read, the teams
have too few cases to be compared or cases too different, the directory is an example and cannot be reached, there is no
such cycle."""

Command = Callable[..., Answer]


def leaves(command: click.Command, *path: str) -> Iterator[str]:
    """All commands that do something."""
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None, name
        yield from leaves(inner, *path, name)


def actor(person: str) -> Actor:
    """As the example organisation describes them."""
    known = next(p for p in organisation.people if p.key == person)
    return Actor(person=person, roles=known.roles, teams=known.teams, door=Door.CLI, verified=True)


@pytest.fixture
def command(stack: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Gives one command in this process to the running stack."""
    for name in [name for name in os.environ if name.startswith(OURS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JIDOKA_DATA_DIR", str(stack.data_dir))

    def run(*args: str, stdin: bytes = b"") -> Answer:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = cli.main([*args, "-o", "json"])
        captured = capsys.readouterr()
        return Answer(status, captured.out, captured.err)

    return run


def test_every_command_says_what_it_asks_or_why_it_asks_nothing() -> None:
    there = set(leaves(cli.root))

    assert there - TABLE.keys() == set(), "say in TABLE what these ask"
    assert TABLE.keys() - there == set(), "these are gone"


@pytest.mark.parametrize(
    "args",
    [
        *(("definitions", "check", "--code"), ("definitions", "show", "vpn", "--code"), ("catalogue", "ls", "--code")),
        *(("config", "show"), ("config", "secrets")),
        ("runs", "replay", "--dir", HISTORIES, "--limit", "1"),
    ],
)
def test_a_command_that_asks_nothing_opens_no_records(
    args: tuple[str, ...], tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(opening, "open_store", opened.append)
    monkeypatch.setattr(opening, "open_desk", opened.append)
    monkeypatch.setenv("JIDOKA_DATA_DIR", str(tmp_path / "elsewhere"))

    answer = command(*args, "--as", "omar")

    assert answer.status == 0, answer.err
    assert opened == []
    assert list(tmp_path.glob("**/*.db")) == []


def test_every_command_by_every_role_is_refused_exactly_when_the_rules_say_so(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A mailbox that cannot be: whoever may read it is told so at once instead of waiting for mail.
    monkeypatch.setenv("JIDOKA_MAIL_IMAP_URL", "imaps://nobody:secret@127.0.0.1:99999/INBOX")
    asked, done, wrong, unfinished = 0, 0, [], []
    now = system_clock()
    day = f"{now + timedelta(days=2):%Y-%m-%d}"
    asking = (
        f"request open --item guest-wifi --field guests=2 --field days=1 --field from_day={day}",
        "request open --item shared-mailbox --field address=orders@example.org --field owner=omar --field readers=omar"
        " --field send_as=yes",
    )
    for who in PEOPLE:
        to_open = ("incident", "open", "--service", "email", "--title", "No mail", "--as", "rita")
        case, other = (command(*to_open).json["id"] for _ in range(2))
        problem = command("problem", "open", "--service", "email", "--title", "Slow mail", "--as", "sam").json["id"]
        wifi, mailbox = (command(*line.split(), "--as", "rita").json["id"] for line in asking)
        with opening.open_store(load({})) as store:
            odd = store.quarantine.add("shop", "not understood", ref=who)
            plan = trial(key=f"trial-{who}")
            store.experiments.lock(plan.key, plan.version, plan.model_dump(mode="json"), "dana", lambda running: None)
        names = {
            **{
                "cycle": a_cycle(),
                "case": case,
                "other": other,
                "problem": problem,
                "wifi": wifi,
                "mailbox": mailbox,
                "day": day,
                "odd": odd,
                "trial": plan.key,
                "leaver": f"leaver-{who}@example.org",
                "number": "0",
            },
            "folder": str(tmp_path / who),
            **{"now": rfc3339(now), "later": rfc3339(now + timedelta(hours=1))},
        }
        give = partial(given, command, names)
        for leaf, asks in TABLE.items():
            for wanted in asks if isinstance(asks, tuple) else ():
                for line in wanted.first:
                    made = give(line)
                    if line.startswith("review start"):
                        names["review"] = made.json["id"]
                    if line.startswith("feedback give"):
                        names["feedback"] = made.json["id"]
                    if line.startswith("idea add"):
                        names["idea"] = made.json["id"]
                    if "directory swap add" in line:
                        names["number"] = str(made.json["number"])
                about = wanted.about.model_copy(update={"requester": who}) if wanted.own else wanted.about
                allowed = any(may(actor(who), action, about).allowed for action in wanted.actions)

                answer = give(f"{leaf} {wanted.args} --as {who}", stdin=first(f"doors-{who}"))

                asked += 1
                done += answer.status == 0
                if (answer.status == 4) is allowed or (answer.status == 4) != _says_so(answer):
                    wrong.append((leaf, wanted.args, who, allowed, answer.status, answer.out))
                elif allowed and answer.status != 0 and (leaf, answer.status) not in ENDS_OTHERWISE:
                    unfinished.append((leaf, wanted.args, who, answer.status, answer.out))
        with opening.open_store(load({})) as store:
            acted = {fact.actor for key in (case, other) for fact in store.events.of(key)}
        if (who in acted) is (who in ("omar", "olga")):
            wrong.append(("facts on the case", "", who, who not in ("omar", "olga"), 0, str(sorted(acted))))

    print(f"commands x roles: {asked} asked, {len(wrong)} wrong, {done} done")
    assert wrong == []
    assert unfinished == [], "\n".join(map(str, unfinished))
    assert asked >= 264


def a_cycle() -> str:
    """One whose metric has no data yet: `start` measures first, and would refuse it."""
    desk = opening.open_desk(load({}))
    wanted = Asked(
        method="kaizen", title="Slow", problem="Late", metric="time_to_resolve", goal=1, owner="service-desk"
    )
    with desk.store:
        return asyncio.run(desk.cycles.start(wanted, actor("dana"))).id


def given(command: Command, names: dict[str, str], line: str, *, stdin: bytes = b"") -> Answer:
    """A line of the table as a command."""
    return command(*(word.format(**names) for word in line.split()), stdin=stdin)


def _says_so(answer: Answer) -> bool:
    return answer.status != 0 and '"not_allowed"' in answer.out

"""Articles as Markdown files, in and out, so that a repository can hold them."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from definitions.base import Value
from definitions.knowledge import Article, ArticleState, Audience, Refused, Step, decide
from definitions.knowledge_files import ArticleFile, BadFile, read, written
from definitions.knowledge_sight import about, sight_of
from definitions.people import Action, Actor
from office.errors import NotAllowed, Unusable
from office.knowledge import Knowledge
from records.knowledge import Shown, Wanted
from records.knowledge_writing import Writing

BYTES = 200_000
_BY_HAND = {ArticleState.PUBLISHED: (Step.APPROVE, Step.PUBLISH), ArticleState.APPROVED: (Step.APPROVE,)}
"""The steps from a draft to the state that a file names."""


class Taken(Value):
    """What became of one file."""

    file: str
    key: str
    state: ArticleState
    became: Literal["new", "changed", "unchanged"]


class Problem(Value):
    """What is wrong with a file, and where in it."""

    file: str
    field: str
    message: str


class BadFiles(Unusable):
    """Files that cannot be taken in; nothing of any of them was."""

    def __init__(self, problems: list[Problem]) -> None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        first = problems[0]
        super().__init__(
            f"{first.file}: {first.field}: {first.message}{more}; nothing was imported",
            "Correct the files; `--dry-run` names everything that is wrong.",
        )
        self.problems = problems


def files_in(path: Path) -> list[Path]:
    """The Markdown files of a folder and those below it, or the one file. Raises Unusable when there is none."""
    found = [path] if path.is_file() else sorted(path.rglob("*.md")) if path.is_dir() else []
    if not found:
        raise Unusable(f"{path} holds no Markdown file", "Name a folder with *.md files, or one such file.")
    return found


def checked(room: Knowledge, paths: list[Path]) -> tuple[dict[str, ArticleFile], list[Problem]]:
    """The articles by file name, and all that is wrong with files."""
    found: dict[str, ArticleFile] = {}
    problems: list[Problem] = []
    keys: dict[str, str] = {}
    for path in paths:
        name = str(path)
        try:
            article = _read(path)
        except BadFile as bad:
            problems.append(Problem(file=name, field=bad.field, message=str(bad).partition(": ")[2]))
            continue
        if reason := room.unknown(article.content):
            problems.append(Problem(file=name, field="names", message=reason))
        if not article.content.answer and article.state is not ArticleState.DRAFT:
            problems.append(Problem(file=name, field="answer", message=f"{article.state} needs one"))
        if article.key in keys:
            problems.append(Problem(file=name, field="key", message=f"{keys[article.key]} has it too"))
        keys[article.key] = name
        found[name] = article
    return found, problems


def _read(path: Path) -> ArticleFile:
    data = path.read_bytes()
    if len(data) > BYTES:
        raise BadFile("file", f"it has {len(data)} bytes; an article has at most {BYTES}")
    try:
        return read(data.decode("utf-8"))
    except UnicodeDecodeError as wrong:
        raise BadFile("file", f"byte {wrong.start} is no UTF-8") from None


def take_in(room: Knowledge, paths: list[Path], actor: Actor, *, dry_run: bool = False) -> list[Taken]:
    """Take in all files or, when anything is wrong with one, none of them. Raises BadFiles and NotAllowed.

    Whoever imports approves what a file calls approved or published, so it must be somebody else's words.
    """
    room.allow(actor, Action.KNOWLEDGE_WRITE)
    files, problems = checked(room, paths)
    taken: list[Taken] = []
    try:
        with room.store.articles.writing() as writing:
            for name, file in files.items():
                try:
                    became = _bring(room, writing, file, actor, f"imported from {Path(name).name}")
                    taken.append(Taken(file=name, key=file.key, state=file.state, became=became))
                except (Refused, NotAllowed) as refused:
                    field = "state" if isinstance(refused, Refused) else "audience"
                    problems.append(Problem(file=name, field=field, message=refused.message))
            if problems or dry_run:
                raise _Undone
    except _Undone:
        pass
    if problems:
        raise BadFiles(problems)
    return taken


class _Undone(Exception):
    """Ends a transaction whose changes are not wanted."""


def _bring(
    room: Knowledge, writing: Writing, file: ArticleFile, actor: Actor, why: str
) -> Literal["new", "changed", "unchanged"]:
    """One article to where its file says it stands."""
    today = room.today
    found = writing.find(file.key)
    if found is None:
        if not sight_of(actor).holds(file.content.audience, file.content.team):
            team = file.content.audience is Audience.TEAM
            whom = f"team {file.content.team}" if team else file.content.audience.value
            raise NotAllowed(f"{actor.person} could not see an article for {whom}: let somebody import it who does")
        article = Article(
            key=file.key, state=ArticleState.DRAFT, newest=1, live=None, review_on=None, authors=(file.author,)
        )
        writing.add(article, file.content, file.author, why)
        _steps(room, writing, article, file, actor, today)
        return "new"
    article, content = found
    room.allow(actor, Action.KNOWLEDGE_WRITE)
    if not sight_of(actor).holds(content.audience, content.team):
        raise NotAllowed(f"the key {file.key} is taken")
    same = content == file.content
    if same and article.state is file.state and file.review in (None, article.review_on):
        return "unchanged"
    if not same or (article.state is not file.state and file.state is not ArticleState.RETIRED):
        after = decide(Step.EDIT, article, content, file.author, today)
        writing.edit(after, content, file.content, file.author, why)
        article = after.model_copy(update={"authors": (*article.authors, file.author)})
    _steps(room, writing, article, file, actor, today)
    return "changed"


def _steps(room: Knowledge, writing: Writing, article: Article, file: ArticleFile, actor: Actor, today: date) -> None:
    """From a draft to the state that the file names."""
    steps: Mapping[ArticleState, tuple[Step, ...]] = {**_BY_HAND, ArticleState.RETIRED: (Step.RETIRE,)}
    wanted = steps.get(file.state, ())
    if article.state is ArticleState.PUBLISHED and file.state is ArticleState.PUBLISHED:
        wanted = (Step.REVIEW,)
    for step in wanted:
        room.allow(actor, Action.KNOWLEDGE_APPROVE, about(file.content.team))
        article = decide(step, article, file.content, actor.person, today)
        if article.live is not None and file.review is not None:
            # Also a day that is past: the file knows when somebody wanted to look, and now it is due.
            article = article.model_copy(update={"review_on": file.review})
        writing.step(article, step, actor.person, "imported")


def give_out(room: Knowledge, actor: Actor, *, service: str | None = None, drafts: bool = False) -> dict[str, str]:
    """File name to text of every article that the actor sees; `drafts` gives the newest versions instead."""
    shown = room.ls(actor, Wanted(service=service), drafts=drafts)
    return {f"{found.article.key}.md": written(as_file(found)) for found in shown}


def as_file(shown: Shown) -> ArticleFile:
    """An article with the version shown, as a file says it."""
    live = shown.version.number == shown.article.live
    return ArticleFile(
        key=shown.article.key,
        state=ArticleState.PUBLISHED if live else shown.article.state,
        author=shown.version.author,
        review=shown.article.review_on if live else None,
        content=shown.version.content,
    )

"""Which stories a demo day has, and when each of them begins."""

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from commands.demo import asking, learning, stories
from commands.demo.cast import TROUBLES, Dice, requesters
from commands.demo.scene import Scene, Story


def _major(children: int) -> Story:
    # From two children on, what it taught is told too.
    return Story(stories.major, 7 + 3 * children + (3 if children > 1 else 0), people=1 + children)


FIXED = (
    Story(stories.the_same_twice, 7, people=2),
    Story(asking.asked_and_approved, 5, people=0),
    Story(asking.forgotten_password, 3, people=0),
    Story(asking.solved_by_an_article, 3),
    Story(asking.thanked, 8, more=1),
    Story(learning.one_cause, 7, people=2, more=1),
    Story(stories.nobody_answers, 3),
    Story(stories.not_solved_after_all, 8),
    Story(stories.away, 5),
    Story(stories.ping_pong, 7),
    Story(stories.gone_by_itself, 2, people=0),
    Story(stories.wrong_address, 5),
    Story(stories.never_mind, 3),
)
FILLING = (
    Story(stories.solved, 5),
    Story(stories.solved, 5),
    Story(stories.solved_in_silence, 4),
    Story(stories.solved, 5),
    Story(stories.still_open, 3),
)
LEAST = 6
BUSY = 12
"""From so many cases on, the major incident has three children instead of one."""


def plan(cases: int, dice: Dice) -> list[Scene]:
    """The scenes of a day with exactly so many cases (at least 6), in the order in which they are asked for."""
    people, troubles = iter(cycle(requesters(dice))), iter(cycle(dice.shuffled("troubles", TROUBLES)))
    scenes = []
    for number, story in enumerate(_stories(cases)):
        name = f"{story.play.__name__}/{number}"
        # The long stories begin with the day; the others come when they come.
        long = number < 3
        begins = 0.02 * number if long else 0.05 + 0.45 * dice.share(f"{name}/begins")
        scenes.append(
            Scene(
                name=name,
                story=story,
                people=tuple(islice(people, story.people)),
                trouble=next(troubles),
                begins=begins,
                span=0.9 if long else 0.45,
                dice=dice,
            )
        )
    return scenes


def _stories(cases: int) -> Iterator[Story]:
    if cases < LEAST:
        raise ValueError(f"a day needs at least {LEAST} cases")
    left = cases
    opening = (
        Story(stories.storm, 6, people=0),
        Story(stories.waiting_for_an_answer, 6),
        _major(3 if cases >= BUSY else 1),
    )
    for story in (*opening, *FIXED):
        if story.cases <= left:
            left -= story.cases
            yield story
    for story in islice(cycle(FILLING), left):
        yield story


def beats(scenes: Sequence[Scene]) -> int:
    """How many things happen."""
    return sum(scene.story.beats for scene in scenes)

"""Mails of cycles: what they ask people to type is what there is to type."""

import re

import click
import pytest

from activities.cycle_letters import NEXT
from activities.render import REQUIRED
from cli import root

TYPED = re.compile(
    r"jidoka ((?:[a-z]+ )+)(?:\{(?:case|other)\}|NUMBER)((?: --[a-z-]+(?: [A-Z]+| [a-z0-9]+\.[a-z]+)?)*)"
)


@pytest.mark.parametrize("template", NEXT)
def test_every_command_in_a_mail_of_a_cycle_is_one(template: str) -> None:
    assert template in REQUIRED
    assert NEXT[template].count("jidoka ") == len(TYPED.findall(NEXT[template]))
    for words, options in TYPED.findall(NEXT[template]):
        command: click.Command = root
        for word in words.split():
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), word)
            assert found is not None, f"jidoka {words}"
            command = found
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", options)) <= known


def test_most_mails_of_a_cycle_say_what_to_type() -> None:
    silent = {template for template, text in NEXT.items() if "jidoka" not in text}

    assert silent == {"cycle_failed", "cycle_report", "cycle_news"}

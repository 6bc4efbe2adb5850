"""`jidoka dmaic`: improvements with five gates, for what is large or unclear."""

import click

from commands.common import Noun
from commands.cycle_start import start_of


@click.group(cls=Noun)
def group() -> None:
    """Begin an improvement with five gates; `jidoka cycle` leads it on."""


group.add_command(start_of("dmaic"))

"""What every command shares: options, output, waits. Commands get it as `App` by `@pass_app`.

A noun is `@click.group(cls=Noun)`, exported as `group`; its verbs are `@group.command("ls")`.
Each verb takes --data-dir, --config, --as and -o without saying so. Returning a number sets the exit status.
"""

from commands.app import App, pass_app
from commands.failures import EXIT, UP, Failure, failure_of
from commands.groups import Lazy, Noun, Verb, dry_run_option, key_option, shared_options, yes_option
from commands.output import plain

__all__ = [
    "EXIT",
    "UP",
    "App",
    "Failure",
    "Lazy",
    "Noun",
    "Verb",
    "dry_run_option",
    "failure_of",
    "key_option",
    "pass_app",
    "plain",
    "shared_options",
    "yes_option",
]

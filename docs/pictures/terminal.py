"""Makes a picture of what a command prints: `python docs/pictures/terminal.py FILE.svg -- jidoka incident show ID`."""

import os
import pty
import shlex
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

WIDTH = 108
# Rich's own format loads a font from elsewhere; a picture must not.
FORMAT = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px }}
.{unique_id}-title {{ font: 600 15px system-ui, sans-serif }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g></svg>
"""
THEME = TerminalTheme(
    (22, 27, 34),
    (222, 228, 235),
    [(72, 79, 88), (255, 123, 114), (86, 211, 100), (227, 179, 65)]
    + [(121, 192, 255), (210, 168, 255), (86, 212, 221), (222, 228, 235)],
)


def printed(command: list[str]) -> str:
    """What it prints on a terminal, colours and all."""
    said = bytearray()

    def read(fd: int) -> bytes:
        got = os.read(fd, 4096)
        said.extend(got)
        return b""

    os.environ.update(COLUMNS=str(WIDTH), LINES="60", TERM="xterm-256color")
    pty.spawn(command, read)
    return said.decode().replace("\r\n", "\n").rstrip()


def main(path: Path, command: list[str]) -> None:
    """Run it and write the picture."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(printed(command)))
    shown = shlex.join([Path(command[0]).name, *(word for word in command[1:])])
    path.write_text(console.export_svg(title=shown, theme=THEME, code_format=FORMAT))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[3:])

"""A page of ours as PDF, by whatever on this machine can print: Chromium, or WeasyPrint."""

import importlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WITHIN_S = 60


class CannotPrint(RuntimeError):
    """Nothing here prints, or what does failed; says which."""


def printed(page: str) -> bytes:
    """The page as it prints, in the size that it says itself. Unlike the page, no two printings have the same bytes.

    Raises CannotPrint.
    """
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is not None:
        return _by_browser(browser, page)
    if importlib.util.find_spec("weasyprint") is not None:
        return bytes(importlib.import_module("weasyprint").HTML(string=page).write_pdf())
    raise CannotPrint(f"neither {', '.join(BROWSERS[:3])} nor WeasyPrint is installed")


def _by_browser(browser: str, page: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="jidoka-") as place:
        source, made = Path(place, "page.html"), Path(place, "page.pdf")
        source.write_text(page, encoding="utf-8")
        options = ["--headless", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={place}/profile"]
        # Root has no sandbox to be in; the page is ours, loads nothing and runs nothing.
        options += ["--no-sandbox"] if os.geteuid() == 0 else []
        try:
            subprocess.run(
                [browser, *options, f"--print-to-pdf={made}", source.as_uri()],
                capture_output=True,
                check=True,
                timeout=WITHIN_S,
            )
            return made.read_bytes()
        except (subprocess.SubprocessError, OSError) as trouble:
            raise CannotPrint(f"{browser} failed: {trouble}") from trouble

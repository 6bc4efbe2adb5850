"""Whole HTML pages that load nothing from elsewhere and run no script; the browser is told to hold them to it."""

import base64
import hashlib
from html import escape
from typing import Literal

from fastapi.responses import HTMLResponse


def document(
    title: str, content: str, style: str, *, forms: Literal["'none'", "'self'"] = "'none'", status: int = 200
) -> HTMLResponse:
    """A page; `content` is HTML, `style` CSS, `forms` says where its forms may go (Content-Security-Policy)."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    html = f'<!doctype html><html lang="en"><head>{head}<style>{style}</style></head><body>{content}</body></html>'
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'; form-action {forms}"
    )
    return HTMLResponse(html, status, {"Content-Security-Policy": policy})

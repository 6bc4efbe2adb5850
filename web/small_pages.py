"""Pages behind the links of our mails: a question, a button, nothing loaded from elsewhere.

Opening one does nothing, because mail programs open links by themselves; the button on it does.
"""

from html import escape
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Path
from fastapi.responses import HTMLResponse

from office.errors import DeskError
from web.html import document

STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
    "fieldset{border:0;margin:0 0 1.5rem;padding:0}legend,.q{font-weight:600;padding:0;margin:0 0 .5rem}"
    "label.n{display:inline-block;margin:0 .75rem .5rem 0}label.n input{margin-right:.3rem}label.w{display:block}"
    "textarea,input[type=number]{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #8a949e;"
    "border-radius:6px}input[type=number]{width:8rem}small{color:#4a5560}"
    "button{font:inherit;font-weight:600;padding:.6rem 1.4rem;border:0;border-radius:6px;background:#0b57a4;color:#fff}"
    ".said{background:#e9f3ec;border-radius:6px;padding:.75rem 1rem}.wrong{background:#fbeaea;border-radius:6px;"
    "padding:.75rem 1rem}"
)
MOST_FIELDS = 8
PROOF = "the token in the address is the proof, and opening the page does nothing"

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{20,64}$")]


def fields(body: bytes, known: tuple[str, ...]) -> dict[str, str]:
    """What a form sends, each of the `known` fields once; what is no form is empty."""
    try:
        found = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[0].strip() for name, values in found.items() if name in known}


def page(title: str, content: str, status: int = 200) -> HTMLResponse:
    """`content` is HTML."""
    return document(title, content, STYLE, forms="'self'", status=status)


def sorry(title: str, wrong: DeskError) -> HTMLResponse:
    """For people, who came here by a click."""
    said = f"<h1>{escape(title)}</h1><p>{escape(wrong.message[:1].upper() + wrong.message[1:])}.</p>"
    return page(title, f"{said}<p>{escape(wrong.hint)}</p>", 404 if wrong.code == "not_found" else 410)

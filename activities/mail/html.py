"""The text of an HTML mail: nothing is loaded, what is hidden from the reader is left out, quotes can be."""

import re
from collections.abc import Iterable

from inscriptis.css_profiles import CSS_PROFILES  # type: ignore[import-untyped]
from inscriptis.html_engine import Inscriptis  # type: ignore[import-untyped]
from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped]
from lxml import etree  # type: ignore[import-untyped]

MAX_HTML = 500_000
_MAX_ELEMENTS = 20_000
_DROPPED = {"script", "style", "head", "title", "template", "noscript", "object", "embed", "iframe", "svg", "math"}
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|mso-hide\s*:\s*all",
    re.IGNORECASE,
)
_QUOTE_CLASSES = ("gmail_quote", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix", "tutanota_quote", "zmail_extra")
_QUOTE_IDS = ("divRplyFwdMsg", "mail-editor-reference-message-container", "isForwardContent", "replySplit")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_PARSER_CONFIG = ParserConfig(css=CSS_PROFILES["relaxed"].copy(), display_links=False, display_images=False)


def text_of(html: str, *, with_quotes: bool = True) -> str:
    """Readable text; without the mail it answers if `with_quotes` is False and the mail program marked it."""
    root = _parsed(html)
    if root is None or not any(piece.strip() for piece in root.itertext()):
        # Too broken or too deep for the parser: the words without the tags.
        return _TAG.sub(" ", html[:MAX_HTML])
    elements = list(root.iter())
    doomed = [element for element in elements if _unwanted(element)]
    if not with_quotes:
        doomed += _quotes(elements)
    for element in doomed:
        _remove(element)
    left = sum(1 for _ in root.iter())
    if left > _MAX_ELEMENTS or len(root.findall(".//table")) > 200:
        # Laying out this many nested tables would take for ever; its words are enough.
        return "\n".join(piece.strip() for piece in root.itertext() if piece.strip())
    try:
        return str(Inscriptis(root, _PARSER_CONFIG).get_text())
    except (RecursionError, ValueError, IndexError, KeyError, AttributeError, TypeError):
        return "\n".join(piece.strip() for piece in root.itertext() if piece.strip())


def _parsed(html: str) -> "etree._Element | None":
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, recover=True, encoding="utf-8")
    content = html[:MAX_HTML].replace("\0", "").encode("utf-8", "replace")
    if not content.strip():
        return None
    try:
        return etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError):
        return None


def _unwanted(element: "etree._Element") -> bool:
    if not isinstance(element.tag, str):
        return False
    style = element.get("style")
    return element.tag in _DROPPED or element.get("hidden") is not None or bool(style and _HIDDEN.search(style))


def _quotes(elements: "Iterable[etree._Element]") -> "list[etree._Element]":
    """Elements that hold the mail answered to; after Outlook's separator, all that follows."""
    found: list[etree._Element] = []
    for element in elements:
        if not isinstance(element.tag, str):
            continue
        classes = (element.get("class") or "").split()
        name = element.get("id") or ""
        quoted = element.tag == "blockquote" and element.get("type") == "cite"
        if quoted or any(known in classes for known in _QUOTE_CLASSES):
            found.append(element)
        elif name.removeprefix("x_") in _QUOTE_IDS or name == "appendonsend":
            found += [element, *element.itersiblings()]
    return found


def _remove(element: "etree._Element") -> None:
    """Takes the element out and leaves the text behind it in place."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail:
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)

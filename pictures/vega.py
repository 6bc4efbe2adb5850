"""Charts drawn by Vega-Lite without a browser, made ready to stand in the frame."""

import re
from typing import Any

import altair as alt
import vl_convert

from pictures.legible import all_legible

INK, GREY, ACCENT, ALARM = "#1a1a1a", "#6b6b6b", "#1f5a96", "#b3261e"
"""Dark on white, three to one and better between them; a mark that matters differs in shape too."""
FACE = "DejaVu Sans, Liberation Sans, Arial, Helvetica, sans-serif"
BODY_WIDTH = 1040
"""Units of the plot itself; axes and labels stand beside it."""

alt.data_transformers.disable_max_rows()

CONFIG: dict[str, Any] = {
    "font": FACE,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 14,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": "#e6e6e6",
        "domainColor": GREY,
        "tickColor": GREY,
    },
    "text": {"fontSize": 13, "color": INK, "font": FACE},
}


def drawn(chart: Any) -> tuple[str, float, float]:
    """The chart as an SVG fragment with its width and height; the same chart gives the same text every time."""
    # vl-convert does not refuse a text that is no XML: it ends the process.
    spec = all_legible(chart.configure(**CONFIG).to_dict())
    svg: str = vl_convert.vegalite_to_svg(spec)
    head = re.match(r"<svg[^>]*?width=\"([\d.]+)\" height=\"([\d.]+)\"[^>]*>(<rect[^>]*/>)?", svg)
    if head is None:
        raise AssertionError("vl-convert gave no SVG of known size")
    body = svg[head.end() : svg.rindex("</svg>")]
    return _renumbered(body), float(head[1]), float(head[2])


def _renumbered(body: str) -> str:
    """Ids counted anew: those of Vega go on from picture to picture in one process."""
    seen: dict[str, str] = {}
    for name in re.findall(r'id="([A-Za-z_]+\d+)"', body):
        seen.setdefault(name, f"{name.rstrip('0123456789')}{len(seen)}")
    if not seen:
        return body
    return re.sub(r'(id="|url\(#|href="#)([A-Za-z_]+\d+)(?=["\)])', lambda m: m[1] + seen.get(m[2], m[2]), body)

"""The search attributes of every run, in one registry: the server must know them before the first run starts."""

from typing import Literal

Type = Literal["Keyword", "Bool", "Int", "Double", "Datetime", "Text", "KeywordList"]

SEARCH_ATTRIBUTES: dict[str, Type] = {
    "JidokaKind": "Keyword",
    "JidokaService": "Keyword",
    "JidokaStage": "Keyword",
    "JidokaPriority": "Keyword",
    "JidokaTeam": "Keyword",
    "JidokaBreached": "Bool",
    "JidokaMajor": "Bool",
    "JidokaArm": "KeywordList",
}
"""Name -> type. No person, address or subject: search attributes are always in clear."""

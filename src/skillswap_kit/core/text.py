"""One folded form of Arabic and Latin text, so that what people type finds what rows say on any database."""

import re
import unicodedata
from typing import Any

from django.db.models import Q

MAX_QUERY_LENGTH = 100
_SEPARATORS = re.compile(r"[\s,;،؛]+")
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})

_ARABIC_LETTERS = {
    "ٱ": "ا",
    "ٲ": "ا",
    "ٳ": "ا",
    "ء": "",
    "ٴ": "",
    "ـ": "",
    "ة": "ه",
    "ۃ": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ے": "ي",
    "ک": "ك",
    "ڪ": "ك",
}
_LATIN_LETTERS = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"}
_DIGITS = {chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)}
_FOLDED = str.maketrans(_ARABIC_LETTERS | _LATIN_LETTERS | _DIGITS)


def normalise(text: str) -> str:
    """Fold ``text`` for searching: accents, tashkeel, tatweel, hamza, variant letters, digits, case, spaces.

    Idempotent, and safe to store on every database (no NUL, no surrogates). The result may be longer than the
    text, because a compatibility character may stand for a whole phrase: store it in a ``TextField``.
    """
    # Marks go before NFKD as well: sorting a long run of them would take quadratic time.
    bare = unicodedata.normalize("NFKD", _without_marks(text))
    folded = unicodedata.normalize("NFKD", _without_marks(bare).casefold())
    return " ".join(_without_marks(folded).translate(_FOLDED).split())


def _without_marks(text: str) -> str:
    return "".join(map(_unmarked, text))


def _unmarked(character: str) -> str:
    if unicodedata.combining(character):
        return ""
    match unicodedata.category(character):
        case "Cf":
            return ""
        case "Cc" | "Cs":
            return " "
    return character


def is_blank(text: str) -> bool:
    """Whether there is nothing to see: no characters, spaces, or invisible ones alone."""
    return all(unicodedata.category(character) in _INVISIBLE for character in text)


def is_plain(text: str, *, multiline: bool = False) -> bool:
    """Whether it has no control characters, and nothing that reorders the text around it (U+202D, U+202E).

    ``multiline`` allows line breaks and tabs.
    """
    allowed = "\n\t" if multiline else ""
    return all(_is_harmless(character) or character in allowed for character in text)


def _is_harmless(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs"} and character not in "\u202d\u202e"


def isolated(text: Any) -> str:
    """What people wrote, inside a sentence whose direction it must not change, where no markup can stand.

    Marks of direction of its own go, as one of them would end the isolation.
    """
    return f"\u2068{_DIRECTION_MARKS.sub('', str(text))}\u2069"


def with_plain_line_breaks(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text)


def search_terms(query: str, *, limit: int = 10) -> list[str]:
    """The distinct normalised words of ``query``, at most ``limit``, from at most 100 characters of it."""
    folded = normalise(query[:MAX_QUERY_LENGTH])[:MAX_QUERY_LENGTH]
    words = dict.fromkeys(filter(None, _SEPARATORS.split(folded)))
    return list(words)[:limit]


def search_filter(field: str, query: str) -> Q:
    """Rows whose normalised column ``field`` contains every word of ``query``; without words, all rows.

    ``contains`` and not ``icontains``: both sides are folded already, and PostgreSQL can use a trigram index
    only for a comparison without ``UPPER()``. Django escapes ``%`` and ``_``.
    """
    condition = Q()
    for term in search_terms(query):
        condition &= Q(**{f"{field}__contains": term})
    return condition

"""Rules about the texts: both languages are there, in words of their own, and nothing was left to be written later."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ovop.contract.conformance.subject import Subject
from ovop.contract.conformance.walking import texts_of
from ovop.contract.errors import Fault
from ovop.contract.faults import fault

PLACEHOLDER = re.compile(
    r"\b(todo|tbd|fixme|xxx+|lorem ipsum|dolor sit amet|placeholder|to be written|to be done|write (me|this) later|fill (this )?in later"
    r"|isi nanti|diisi nanti|akan diisi|belum ditulis|tulis di sini|terjemahkan|translate me)\b|\?\?\?",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"[\s.…–—_-]*")
_PLAIN_WORD = re.compile(r"^[a-zà-ÿ]{3,}[.,;:]?$")
"""A word of running text, as against names, numbers, units and abbreviations, which read the same in both languages."""


def languages_differ(subject: Subject) -> Iterator[Fault]:
    """A text of several plain words that is the same in both languages was copied, not translated."""
    for path, text in texts_of(subject.definition):
        same = " ".join(text.id.split()).casefold() == " ".join(text.en.split()).casefold()
        plain = [word for word in text.en.split() if _PLAIN_WORD.match(word)]
        if same and len(plain) > 1:
            yield fault(
                f"{path}.en",
                f"teks Indonesia dan Inggris sama: “{_short(text.id)}”.",
                f"the Indonesian and the English text are the same: “{_short(text.en)}”.",
            )


def no_placeholders(subject: Subject) -> Iterator[Fault]:
    """Words such as TODO, or a text of dots only, stand where a text is still missing."""
    for path, text in texts_of(subject.definition):
        for language, words in (("id", text.id), ("en", text.en)):
            if _EMPTY.fullmatch(words) or PLACEHOLDER.search(words):
                yield fault(
                    f"{path}.{language}",
                    f"teks belum ditulis: “{_short(words)}”.",
                    f"the text is still to be written: “{_short(words)}”.",
                )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"

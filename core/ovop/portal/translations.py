"""Gathers the texts of the portal and compiles their English translation: `python -m ovop.portal.translations`.

    python -m ovop.portal.translations                  gather, write portal.po, compile portal.mo
    python -m ovop.portal.translations --from FOLDER    take msgid/msgstr pairs of FOLDER/*.po over where a translation is missing
    python -m ovop.portal.translations --check          change nothing; name what is missing and fail

People edit `locale/en/LC_MESSAGES/portal.po`; portal.mo is compiled from it and committed beside it, so that an installation needs no tool.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from msgspec import Struct

PORTAL = Path(__file__).parent
PO = PORTAL / "locale" / "en" / "LC_MESSAGES" / "portal.po"
MO = PO.with_suffix(".mo")
METHODS = [("translations.py", "ignore"), ("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "mark": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS = {
    "templates/**.html": {
        "extensions": "jinja2.ext.do",
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "silent": "false",
        "newstyle_gettext": "true",
    }
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands where a catalogue would say when it was compiled: the same texts give the same file at any time."""
HEADER = "# English texts of the portal. The msgids are the Indonesian texts of the source; edit the msgstr here.\n#"


class Fault(Struct, frozen=True):
    """What is wrong with the translation of a text: `text` is the msgid."""

    text: str
    reason: str


def gathered() -> Catalog:
    """Every text that the sources of the portal mark for translation, with the files that it stands in."""
    found = Catalog(fuzzy=False)
    for file, _line, message, comments, context in extract_from_dir(
        PORTAL, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS, comment_tags=()
    ):
        if message:
            found.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    return found


def kept(path: Path = PO) -> Catalog:
    """The catalogue that people edit; empty when there is none yet."""
    if not path.is_file():
        return Catalog(locale="en", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en")


def merged(texts: Catalog, translations: Catalog, pairs: Sequence[Catalog] = ()) -> Catalog:
    """The texts with the translations that are known; those of `translations` go before those of `pairs`."""
    result = Catalog(locale="en", fuzzy=False, header_comment=HEADER)
    for message in sorted(texts, key=_order):
        if message.id:
            result.add(message.id, _known(message, (translations, *pairs)), locations=message.locations)
    return result


def _known(message: Message, catalogues: Sequence[Catalog]) -> str | tuple[str, ...]:
    plural = not isinstance(message.id, str)
    for catalogue in catalogues:
        found = catalogue.get(message.id)
        strings = _strings(found) if found is not None else ()
        if strings and all(strings) and plural is (len(strings) > 1):
            return strings if plural else strings[0]
    return ("", "") if plural else ""


def _strings(message: Message) -> tuple[str, ...]:
    string = message.string
    return (string,) if isinstance(string, str) else tuple(string or ())


def _order(message: Message) -> tuple[str, str]:
    first = message.locations[0][0] if message.locations else ""
    return first, _first(message)


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def faults(catalogue: Catalog) -> Iterator[Fault]:
    """What is missing or would break: texts without a translation, and placeholders that do not agree."""
    for message in catalogue:
        if not message.id:
            continue
        strings = _strings(message)
        if not strings or not all(strings):
            yield Fault(_first(message), "there is no translation")
            continue
        wanted = _placeholders(message.id if isinstance(message.id, str) else message.id[-1])
        if any(_placeholders(string) != wanted for string in strings[-1:]):
            yield Fault(_first(message), f"the placeholders should be {sorted(wanted)}")


def _placeholders(text: str) -> set[str]:
    return {found.group(1) for found in PLACEHOLDER.finditer(text) if found.group(1)}


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as people edit it: by file, without lines and dates, so that a change shows only what changed."""
    file = BytesIO()
    write_po(file, catalogue, width=120, omit_header=True, include_lineno=False, sort_output=False)
    head = f'{HEADER}\nmsgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    return head.encode() + b'"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n' + file.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as the portal reads it; the same bytes for the same translations."""
    plain = Catalog(locale="en", fuzzy=False, creation_date=NO_DAY, revision_date=NO_DAY)
    plain.mime_headers = [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", plain.plural_forms)]
    for message in catalogue:
        if message.id and message.string:
            plain.add(message.id, message.string)
    file = BytesIO()
    write_mo(file, plain)
    return file.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 when a text has no translation or `--check` finds the files behind the sources."""
    parser = argparse.ArgumentParser(prog="python -m ovop.portal.translations", description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, help="a folder of .po files with further pairs")
    parser.add_argument("--check", action="store_true", help="change nothing")
    given = parser.parse_args(arguments)
    pairs = [kept(path) for path in sorted(given.folder.glob("*.po"))] if given.folder else []
    catalogue = merged(gathered(), kept(), pairs)
    wrong = list(faults(catalogue))
    po, mo = po_bytes(catalogue), mo_bytes(catalogue)
    if given.check:
        wrong += [
            Fault(str(path.name), "is behind the sources")
            for path, new in ((PO, po), (MO, mo))
            if _differs(path, new)
        ]
    else:
        PO.parent.mkdir(parents=True, exist_ok=True)
        PO.write_bytes(po)
        MO.write_bytes(mo)
    for fault in wrong:
        print(f"{fault.text}: {fault.reason}", file=sys.stderr)
    print(f"{len(catalogue)} texts, {len(wrong)} faults")
    return 1 if wrong else 0


def _differs(path: Path, content: bytes) -> bool:
    return not path.is_file() or path.read_bytes() != content


if __name__ == "__main__":
    sys.exit(main())

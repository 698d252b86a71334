"""From facts to a letter in one language. Pure."""

from datetime import date, datetime
from typing import TypeAlias

import msgspec
from msgspec import Struct

from ovop.clock import JAKARTA
from ovop.contract.vocabulary import Text
from ovop.notices.texts import TEMPLATES

MONTHS = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
GREETING = Text(id="Yth. {name},", en="Dear {name},")
NAMELESS = Text(id="Bapak/Ibu", en="Sir or Madam")
BY_DUE = Text(id=" paling lambat {day}", en=" by {day}")
LINK = Text(id="Buka: {link}", en="Open: {link}")
NUMBER = Text(id="Nomor usulan: {number}", en="Submission number: {number}")
FOOTER = Text(
    id="OVOP mengirim surel ini secara otomatis. Balasan ke alamat ini tidak dibaca.",
    en="OVOP sent this e-mail automatically. Replies to this address are not read.",
)

Fact: TypeAlias = str | int | date | datetime | Text | None


class Facts(Struct, frozen=True, kw_only=True):
    """What a notice may mention; what does not concern its event stays empty. `page` is the path behind the link, with its leading slash."""

    page: str = "/"
    number: str = ""
    product: str = ""
    enterprise: str = ""
    stage: Text | str = ""
    left: Text | str = ""
    due_on: date | None = None
    sections: int = 0
    cycle: Text | str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    copy_number: str = ""
    copy_for: Text | str = ""
    lender: str = ""
    role: Text | str = ""
    starts_on: date | None = None
    ends_on: date | None = None


class Letter(Struct, frozen=True, kw_only=True):
    """A plain-text message."""

    subject: str
    body: str


def write_letter(template: str, *, language: str, name: str, facts: Facts, public_url: str) -> Letter:
    """The letter of a template of `ovop.notices.texts` (`KeyError` without it); an empty `name` is greeted without one."""
    text = TEMPLATES[template]
    language = "en" if language == "en" else "id"
    words = {field: _say(value, language) for field, value in msgspec.structs.asdict(facts).items()}
    words["title"] = f"{words['number']} ({words['product']})" if words["number"] else words["product"]
    words["by_due"] = BY_DUE.in_language(language).format(day=words["due_on"]) if facts.due_on else ""
    words["name"] = _one_line(name) or NAMELESS.in_language(language)
    words["link"] = f"{public_url.rstrip('/')}{facts.page}"
    ending = [LINK, NUMBER] if facts.number else [LINK]
    paragraphs = [
        GREETING.in_language(language),
        text.happened.in_language(language),
        text.todo.in_language(language),
        "\n".join(line.in_language(language) for line in ending),
        f"-- \n{FOOTER.in_language(language)}",
    ]
    body = "\n\n".join(paragraph.format_map(words) for paragraph in paragraphs)
    return Letter(subject=text.subject.in_language(language).format_map(words), body=f"{body}\n")


def day_text(day: date, language: str) -> str:
    """A calendar day in words: `30 April 2026`."""
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"


def instant_text(instant: datetime, language: str) -> str:
    """An instant in Jakarta's time: `30 April 2026 pukul 23.59 WIB`; seconds only where they are not zero."""
    local = instant.astimezone(JAKARTA)
    day = day_text(local.date(), language)
    hour = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{day}, {hour} WIB" if language == "en" else f"{day} pukul {hour.replace(':', '.')} WIB"


def _say(value: Fact, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, Text):
        return value.in_language(language)
    if isinstance(value, datetime):
        return instant_text(value, language)
    if isinstance(value, date):
        return day_text(value, language)
    return _one_line(str(value))


def _one_line(text: str) -> str:
    """What a person typed, without line breaks: it must not begin a header or a paragraph of its own."""
    return " ".join(text.split())

"""Letters: every template, both languages, nothing left open."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from ovop.contract.vocabulary import Text
from ovop.identities.enums import Role
from ovop.notices.letters import Facts, day_text, instant_text, write_letter
from ovop.notices.texts import ROLES, TEMPLATES

FULL = Facts(
    page="/submissions/1",
    number="OVOP-2026-BTK-3375-00001",
    product="Batik Tulis Jlamprang",
    enterprise="Batik Kenanga",
    stage=Text(id="Verifikasi", en="Verification"),
    left=Text(id="Pemeriksaan", en="Review"),
    due_on=date(2026, 5, 4),
    sections=2,
    cycle=Text(id="Siklus OVOP 2026", en="OVOP cycle 2026"),
    opens_at=datetime(2026, 3, 31, 17, tzinfo=UTC),
    closes_at=datetime(2026, 6, 30, 16, 59, 59, tzinfo=UTC),
    copy_number="OVOP-2026-BTK-3375-00001/T1",
    copy_for=Text(id="Gubernur", en="Governor"),
    lender="Petugas Satu",
    role=ROLES[Role.VERIFIER],
    starts_on=date(2026, 5, 1),
    ends_on=date(2026, 5, 8),
)
URL = "https://ovop.example/"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("template", sorted(TEMPLATES))
@pytest.mark.parametrize("facts", [FULL, Facts()], ids=["full", "empty"])
def test_every_template_renders_without_a_placeholder_left(
    template: str, language: str, facts: Facts
) -> None:
    letter = write_letter(template, language=language, name="", facts=facts, public_url=URL)
    written = letter.subject + letter.body
    assert not set("{}") & set(written)
    assert "None" not in written
    assert "Text(" not in written
    assert "\n" not in letter.subject
    assert f"https://ovop.example{facts.page}\n" in letter.body


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_template_differs_between_the_languages_in_every_part(template: str) -> None:
    text = TEMPLATES[template]
    for part in (text.subject, text.happened, text.todo):
        assert part.id != part.en


def test_letter_in_indonesian() -> None:
    letter = write_letter("returned", language="id", name="Produsen Satu", facts=FULL, public_url=URL)
    assert letter.subject == "Perlu diperbaiki: OVOP-2026-BTK-3375-00001 (Batik Tulis Jlamprang)"
    assert letter.body == (
        "Yth. Produsen Satu,\n\n"
        "Usulan OVOP-2026-BTK-3375-00001 (Batik Tulis Jlamprang) dari Batik Kenanga dikembalikan dari tahap “Pemeriksaan” untuk "
        "diperbaiki (2 bagian). Alasan dan bagian yang dimaksud ada di halaman usulan.\n\n"
        "Perbaiki bagian itu, lalu ajukan kembali paling lambat 4 Mei 2026. Isian Anda yang lama tetap tersimpan.\n\n"
        "Buka: https://ovop.example/submissions/1\n"
        "Nomor usulan: OVOP-2026-BTK-3375-00001\n\n"
        "-- \n"
        "OVOP mengirim surel ini secara otomatis. Balasan ke alamat ini tidak dibaca.\n"
    )


def test_letter_in_english_without_a_number_or_a_due_day() -> None:
    facts = msgspec.structs.replace(FULL, number="", due_on=None)
    letter = write_letter("to_decide", language="en", name="", facts=facts, public_url="https://ovop.example")
    assert letter.subject == "Your decision is needed: Batik Tulis Jlamprang"
    assert letter.body == (
        "Dear Sir or Madam,\n\n"
        "The submission Batik Tulis Jlamprang of Batik Kenanga has come to the stage “Verification”, which your office decides.\n\n"
        "Examine its answers and files, then decide.\n\n"
        "Open: https://ovop.example/submissions/1\n\n"
        "-- \n"
        "OVOP sent this e-mail automatically. Replies to this address are not read.\n"
    )


def test_closing_instant_is_told_in_jakarta_time() -> None:
    letter = write_letter("cycle_extended", language="id", name="", facts=FULL, public_url=URL)
    assert "diperpanjang sampai 30 Juni 2026 pukul 23.59.59 WIB." in letter.body
    assert instant_text(datetime(2026, 3, 31, 17, tzinfo=UTC), "en") == "1 April 2026, 00:00 WIB"


def test_line_breaks_and_braces_that_a_person_typed_stay_text() -> None:
    facts = msgspec.structs.replace(FULL, number="", product="Batik\r\nBcc: all@example.org {number}")
    letter = write_letter("received", language="en", name="A\nB", facts=facts, public_url=URL)
    assert letter.subject == "Submission received: Batik Bcc: all@example.org {number}"
    assert letter.body.startswith("Dear A B,\n")


def test_unknown_language_is_indonesian() -> None:
    letters = [
        write_letter("declined", language=x, name="", facts=FULL, public_url=URL) for x in ("id", "jv")
    ]
    assert letters[0] == letters[1]


def test_days_are_in_words() -> None:
    assert day_text(date(2026, 8, 17), "id") == "17 Agustus 2026"
    assert day_text(date(2026, 8, 17), "en") == "17 August 2026"


def test_every_role_has_a_name() -> None:
    assert set(ROLES) == set(Role)

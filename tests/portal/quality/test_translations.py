"""Every text of the portal has an English translation, and nothing Indonesian is left on English pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog

from ovop.portal import translations
from tests.portal.browsing import Browser

if TYPE_CHECKING:
    from tests.factories import World

INDONESIAN = re.compile(
    r"\b(yang|dan|untuk|dengan|tidak|adalah|usulan|dinas|belum|sudah|simpan|ajukan|siklus|berkas|isian|tembusan|pilih|Anda)\b"
)
"""Words that no English sentence has."""


def test_every_text_is_translated_and_keeps_its_placeholders() -> None:
    catalogue = translations.merged(translations.gathered(), translations.kept())
    assert [f"{fault.text}: {fault.reason}" for fault in translations.faults(catalogue)] == []


def test_catalogue_is_compiled_from_what_people_edit() -> None:
    catalogue = translations.merged(translations.gathered(), translations.kept())
    assert translations.PO.read_bytes() == translations.po_bytes(catalogue)
    assert translations.MO.read_bytes() == translations.mo_bytes(catalogue)


def test_missing_translation_and_lost_placeholder_are_faults() -> None:
    catalogue = Catalog(locale="en", fuzzy=False)
    catalogue.add("Sisa %(days)s hari", "days left")
    catalogue.add("Simpan", "")
    found = {fault.text: fault.reason for fault in translations.faults(catalogue)}
    assert found == {
        "Sisa %(days)s hari": "the placeholders should be ['days']",
        "Simpan": "there is no translation",
    }


def test_translation_that_people_wrote_goes_before_a_gathered_pair() -> None:
    texts, own, pair = (Catalog(locale="en", fuzzy=False) for _ in range(3))
    texts.add("Simpan")
    texts.add("Kirim")
    own.add("Simpan", "Save")
    pair.add("Simpan", "Keep")
    pair.add("Kirim", "Send")
    merged = translations.merged(texts, own, [pair])
    assert {message.id: message.string for message in merged if message.id} == {
        "Simpan": "Save",
        "Kirim": "Send",
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_english_pages_have_no_indonesian_words(world: World) -> None:
    cycle = world.open_cycle()
    submission = world.submitted(cycle)
    draft = world.begin(cycle)["id"]
    seen: dict[str, list[str]] = {}
    for caller, paths in {
        "nobody": (
            "/",
            "/sign-in",
            "/help",
            "/privacy",
            "/certificates",
            "/catalogue",
            "/guidance",
            "/search?q=x",
        ),
        "producer": (
            "/desk",
            "/submissions",
            "/submissions/new",
            f"/submissions/{draft}",
            f"/submissions/{draft}/check",
        ),
        "officer": (
            "/queue",
            f"/submissions/{submission}/actions/return",
            "/territory",
            "/people/new",
            "/enterprises/new",
        ),
        "admin": ("/cycles", "/cycles/new", f"/cycles/{cycle['id']}", "/audit", "/offices/new"),
    }.items():
        browser = Browser(world, caller, language="en")
        browser.get("/language/en?next=/help")  # an account has a language of its own
        for path in paths:
            page = browser.get(path)
            assert page.status == 200, path
            foreign = [one.text for one in page.content.all(lang="id")]
            text = page.content.one("body").text
            for one in foreign:
                text = text.replace(one, "")
            if found := INDONESIAN.findall(text):
                seen[path] = found
    assert seen == {}

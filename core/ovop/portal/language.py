"""Texts of the portal in the reader's language. The texts in the source are Indonesian and are the msgids; English is a translation.

`locale/en/LC_MESSAGES/portal.po` is what people edit; `python -m ovop.portal.translations` gathers new texts and compiles the catalogue.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
"""The languages of the portal by code, each named in itself; the first is the default."""
DEFAULT = "id"
DOMAIN = "portal"


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; Indonesian needs none, because the texts are written in it."""
    catalogue = files("ovop.portal") / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if language == DEFAULT or not catalogue.is_file():
        return NullTranslations()
    with catalogue.open("rb") as file:
        return GNUTranslations(file)


def translated(text: str, language: str, /, **values: object) -> str:
    """A text of the portal in a language, with values in place of `%(name)s`."""
    said = translations(language).gettext(text)
    return said % values if values else said


def mark(text: str) -> str:
    """Marks a text outside templates for translation; it is translated where it is shown."""
    return text

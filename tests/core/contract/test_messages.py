"""Findings in words: both languages, numbers and dates as each writes them, and nothing that breaks a page."""

from __future__ import annotations

import string
from datetime import date

import pytest

from ovop.contract.judging.messages import (
    ECHO_LENGTH,
    Quantity,
    date_text,
    echo,
    make_finding,
    number_text,
    row_where,
    within,
)
from ovop.contract.judging.wordings import WORDINGS
from ovop.contract.vocabulary import Text


@pytest.mark.parametrize(
    ("number", "indonesian", "english"),
    [
        (1234.5, "1.234,5", "1,234.5"),
        (12, "12", "12"),
        (0.01, "0,01", "0.01"),
        (5.0, "5", "5"),
        (150000, "150.000", "150,000"),
        (1e20, "1e+20", "1e+20"),
    ],
)
def test_numbers_written_as_each_language_does(number: float, indonesian: str, english: str) -> None:
    assert (number_text(number, "id"), number_text(number, "en")) == (indonesian, english)


def test_dates_written_in_words() -> None:
    day = date(2026, 8, 7)
    assert (date_text(day, "id"), date_text(day, "en")) == ("7 Agustus 2026", "7 August 2026")


def test_rows_counted_from_one_and_put_before_the_label() -> None:
    assert within(row_where(Text("Pewarna", "Dyes"), 2), Text("Dosis", "Dose")) == Text(
        "Pewarna, baris 3, Dosis", "Dyes, row 3, Dose"
    )


def test_what_was_typed_is_repeated_on_one_short_line() -> None:
    assert echo("a\n b\x00c") == "a b c"
    assert echo("\ud800") == "?"
    assert len(echo("x" * 500)) == ECHO_LENGTH


def test_every_wording_names_the_same_things_in_both_languages() -> None:
    for code, (message, remedy) in WORDINGS.items():
        for part in (message, remedy):
            names = [
                {name for _, name, _, _ in string.Formatter().parse(words) if name}
                for words in (part.id, part.en)
            ]
            assert names[0] == names[1], code
        assert message.id.endswith("."), code
        assert message.en.endswith("."), code


def test_quantity_carries_its_unit_and_braces_in_an_answer_do_no_harm() -> None:
    where = Text("Berat", "Weight")
    arguments = {"actual": Quantity(2.5, Text("kg", "kg")), "bound": Quantity(1000)}
    finding = make_finding("too_large", path="mass", where=where, arguments=arguments)
    assert finding.message == Text("Berat: 2,5 kg lebih dari 1.000.", "Weight: 2.5 kg is above 1,000.")
    odd = make_finding("unknown_option", path="a", where=where, arguments={"actual": "{where} {0}"})
    assert odd.message.en == "Weight: “{where} {0}” is not one of the choices."

"""The catalogue card: public answers in both languages, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ovop.contract.card import public_answers
from ovop.contract.vocabulary import Definition
from ovop.contract.wording import in_words
from tests.factories import ANSWERS, make_world, sample_definition, sample_registry, text

if TYPE_CHECKING:
    from tests.factories import World

PUBLIC_FIELDS: list[dict[str, Any]] = [
    {"type": "select", "id": "technique", "public": True, "label": {"id": "Teknik", "en": "Technique"},
     "options": [{"value": "hand", "label": {"id": "Tangan", "en": "By hand"}}]},
    {"type": "decimal", "id": "mass", "public": True, "required": False, "label": {"id": "Berat", "en": "Weight"},
     "units": [{"code": "kg"}, {"code": "g", "factor": 0.001}]},
    {"type": "dimensions", "id": "size", "public": True, "label": {"id": "Ukuran", "en": "Size"}, "units": [{"code": "cm"}],
     "parts": [{"id": "length", "label": text("P")}, {"id": "width", "label": text("L")}]},
    {"type": "date", "id": "made_on", "public": True, "label": {"id": "Dibuat", "en": "Made"}},
    {"type": "money", "id": "price", "public": True, "label": {"id": "Harga", "en": "Price"}},
    {"type": "computed", "id": "heavy", "public": True, "label": {"id": "Berat sekali", "en": "Heavy"}, "result": "boolean",
     "rule": "mass > 1.0"},
    {"type": "duration", "id": "lasts", "public": True, "label": {"id": "Tahan", "en": "Lasts"}},
    {"type": "text", "id": "supplier", "label": {"id": "Pemasok", "en": "Supplier"}},
]  # fmt: skip
GIVEN: dict[str, Any] = {
    "technique": "hand", "mass": {"value": 1250.5, "unit": "g"}, "size": {"length": 200, "width": 110.5},
    "made_on": "2026-03-09", "price": 1250000, "lasts": {"value": 3, "unit": "month"}, "supplier": "Toko Rahasia",
}  # fmt: skip


def carded() -> Definition:
    form = {"section": [{"id": "making", "title": text("Pembuatan"), "fields": PUBLIC_FIELDS}]}
    manifest = {
        "id": "sample", "code": "SMP", "version": "1.0", "contract": ">=1.0,<2", "name": text("Contoh"), "summary": text("Rekaan"),
        "owner": text("Direktorat"), "kbli": [{"edition": "2020", "code": "12345"}],
        "card_fields": ["technique", "mass", "size", "made_on", "price", "heavy", "lasts", "supplier"],
    }  # fmt: skip
    return sample_definition(form=form, manifest=manifest, gates=[])


@pytest.fixture
def carded_world(database_url: str, tmp_path: Path) -> "Iterator[World]":
    with make_world(database_url, tmp_path, registry=sample_registry(carded())) as world:
        yield world


def test_card_shows_the_declared_public_answers_in_both_languages(carded_world: "World") -> None:
    world = carded_world
    submission = str(world.begin(world.open_cycle())["id"])
    assert world.producer.save(submission, GIVEN).status_code == 200
    answer = world.producer.get(f"/submissions/{submission}/catalogue-card")
    card = answer.json()
    assert (card["title"], card["made_by"]) == ("Produk contoh", "manifest")
    assert [line["id"] for line in card["lines"]] == [
        "Teknik: Tangan",
        "Berat: 1.250,5 g",
        "Ukuran: 200 × 110,5 cm",
        "Dibuat: 9 Maret 2026",
        "Harga: IDR 1.250.000",
        "Berat sekali: ya",
        "Tahan: 3 bulan",
    ]
    assert card["lines"][1]["en"] == "Weight: 1,250.5 g"
    assert "Rahasia" not in answer.text


def test_only_public_answers_leave_the_form() -> None:
    assert "supplier" not in public_answers(carded(), GIVEN)
    assert public_answers(sample_definition(), ANSWERS) == {}


@pytest.mark.parametrize("answer", [None, [], {}, "", {"value": "x"}, 12, ["hand"], "unknown", True])
def test_answer_that_does_not_fit_its_field_is_never_an_error(answer: Any) -> None:
    for section in carded().form.sections:
        for spec in section.fields:
            in_words(spec, answer)

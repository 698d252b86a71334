"""Answers, changes and deadlines in words."""

from datetime import date, timedelta

import pytest

from ovop.contract.checker import compile_checker
from ovop.contract.judging.survey import Survey
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Definition, Example, ExampleKind
from ovop.portal.offices.answers import Chapter, Line, Words, chapters_of
from ovop.portal.offices.changes import differences_of, label_of, pieces_of
from ovop.portal.offices.listing import deadline_of
from ovop.submissions.revisions import RevisionContent
from tests.factories import ANSWERS, sample_definition


def told(definition: Definition, example: Example) -> tuple[tuple[Chapter, ...], set[str]]:
    checker = compile_checker(definition)
    seen = Survey(checker.plan, checker.read(example.answers, example.evidence, example.facts))
    words = Words(definition.code_lists, {})
    return chapters_of(definition.form, dict(example.answers), example.evidence, seen, words), seen.visible


def texts_in(lines: tuple[Line, ...]) -> list[str]:
    found = []
    for line in lines:
        cells = [line.cell, *(cell for row in line.rows for cell in row)]
        found += [cell.words.id for cell in cells if cell.words is not None] + texts_in(line.inside)
    return found


def lines_in(lines: tuple[Line, ...]) -> set[str]:
    return {line.path for line in lines} | {path for line in lines for path in lines_in(line.inside)}


@pytest.mark.parametrize("commodity", Registry.discover().commodities.values(), ids=lambda one: str(one.id))
def test_answers_of_every_commodity_are_told_in_words_and_none_is_lost(commodity: object) -> None:
    definition: Definition = commodity.definition  # type: ignore[attr-defined]
    valid = [example for example in definition.examples if example.kind is ExampleKind.VALID]
    assert valid
    for example in valid:
        chapters, visible = told(definition, example)
        texts = [text for chapter in chapters for text in texts_in(chapter.lines)]
        assert texts
        assert [text for text in texts if "{'" in text or "['" in text] == []
        shown = {path for chapter in chapters for path in lines_in(chapter.lines)}
        asked = {field.id for section in definition.form.sections for field in section.fields}
        assert asked & set(example.answers) & visible <= shown


def content(**changes: object) -> RevisionContent:
    answers = {**ANSWERS, **changes}
    return RevisionContent(product_name="Produk", answers=answers, evidence=(), facts={}, findings=())


def test_change_in_a_row_is_named_by_its_row_and_column() -> None:
    checker = compile_checker(sample_definition())
    steps = [{"step": "Menyiapkan bahan", "days": 3}, {"step": "Mengerjakan", "days": 9}]
    (one,) = differences_of(checker, content(), content(steps=steps), Words((), {}))
    assert one.label.id == "Tahapan 1 › Hari"
    assert one.anchor == "a.steps"
    assert (one.old.words and one.old.words.id, one.new.words and one.new.words.id) == ("2", "3")


def test_row_that_came_is_told_with_all_its_columns() -> None:
    checker = compile_checker(sample_definition())
    steps = [*ANSWERS["steps"], {"step": "Menjemur", "days": 1}]
    (one,) = differences_of(checker, content(), content(steps=steps), Words((), {}))
    assert one.label.id == "Tahapan 3"
    assert one.old.words is None
    assert one.new.words is not None
    assert one.new.words.id == "Langkah: Menjemur, Hari: 1"


def test_path_of_evidence_is_named_with_its_role() -> None:
    label = label_of(sample_definition().form, "evidence.photos[front]")
    assert label is not None
    assert label.id == "Foto › Depan"


def test_only_the_words_that_differ_are_marked() -> None:
    old, new = pieces_of("kain batik tulis halus", "kain batik cap halus sekali")
    assert old == [(False, "kain batik"), (True, "tulis"), (False, "halus")]
    assert new == [(False, "kain batik"), (True, "cap"), (False, "halus"), (True, "sekali")]


FRIDAY = date(2026, 4, 17)


@pytest.mark.parametrize(
    ("due_on", "days"),
    [
        (FRIDAY, 0),
        (FRIDAY + timedelta(days=3), 1),
        (FRIDAY + timedelta(days=4), 1),
        (FRIDAY - timedelta(days=1), -1),
    ],
)
def test_deadline_counts_working_days_only(due_on: date, days: int) -> None:
    holidays = frozenset({FRIDAY + timedelta(days=4)})
    deadline = deadline_of(due_on, FRIDAY, holidays)
    assert deadline is not None
    assert deadline.working_days == days


def test_deadline_that_passed_on_days_off_is_late_all_the_same() -> None:
    deadline = deadline_of(FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=2), frozenset())
    assert deadline is not None
    assert deadline.late

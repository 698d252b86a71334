"""What an action needs, and separation of duties: pure."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from ovop.approvals.rules import Given, Letter, duties_conflict, lacking
from ovop.contract.vocabulary import Text
from ovop.cycles.chain import Action, Effect, Need
from ovop.identities.enums import Role

TODAY = date(2026, 4, 15)
SECTIONS = ("making", "story")
ANNA, BUDI, CITRA = uuid4(), uuid4(), uuid4()


def action(*needs: Need, effect: Effect = Effect.RETURN) -> Action:
    return Action(
        code="do",
        label=Text(id="Lakukan", en="Do"),
        effect=effect,
        by=(Role.REGENCY_OFFICER,),
        to="next",
        needs=needs,
    )


def faults(act: Action, given: Given, *, letter_known: bool = True) -> set[tuple[str, str]]:
    found = lacking(act, given, sections=SECTIONS, today=TODAY, letter_known=letter_known)
    assert all(f.message.id and f.remedy.id for f in found)
    return {(f.path, f.code) for f in found}


def letter(*, number: str = "530/1", day: date = TODAY) -> Letter:
    return Letter(number=number, date=day, file_id=uuid4())


def test_everything_lacking_is_named_at_once_when_nothing_was_given() -> None:
    assert faults(action(*Need), Given()) == {(need.value, "required") for need in Need}


def test_nothing_is_lacking_when_all_was_given() -> None:
    given = Given(reason="Kurang", letter=letter(), sections=SECTIONS, due_on=TODAY + timedelta(days=1))
    assert faults(action(*Need), given) == set()


def test_nothing_is_lacking_when_nothing_is_needed() -> None:
    assert faults(action(), Given()) == set()


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (Given(reason="  \n"), ("reason", "required")),
        (Given(letter=letter(number=" ")), ("letter.number", "required")),
        (Given(letter=letter(day=TODAY + timedelta(days=1))), ("letter.date", "after_today")),
        (Given(sections=("story", "price")), ("sections[1]", "unknown_section")),
        (Given(due_on=TODAY), ("due_on", "before_today")),
        (Given(due_on=TODAY - timedelta(days=1)), ("due_on", "before_today")),
        (Given(due_on=TODAY + timedelta(days=367)), ("due_on", "too_far")),
        (Given(due_on=date.max), ("due_on", "too_far")),
    ],
)
def test_what_was_given_wrongly_is_named(given: Given, fault: tuple[str, str]) -> None:
    assert fault in faults(action(*Need), given)


def test_all_faults_of_a_letter_are_named_at_once() -> None:
    wrong = letter(number="", day=TODAY + timedelta(days=3))
    assert faults(action(Need.LETTER), Given(letter=wrong), letter_known=False) == {
        ("letter.number", "required"),
        ("letter.date", "after_today"),
        ("letter.file_id", "letter_unknown"),
    }


def test_letter_that_is_not_needed_is_checked_all_the_same() -> None:
    assert faults(action(), Given(letter=letter()), letter_known=False) == {
        ("letter.file_id", "letter_unknown")
    }


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (Given(due_on=TODAY + timedelta(days=3)), ("due_on", "not_expected")),
        (Given(sections=("story",)), ("sections", "not_expected")),
    ],
)
def test_deadline_and_sections_are_refused_where_the_action_does_not_take_them(
    given: Given, fault: tuple[str, str]
) -> None:
    assert faults(action(effect=Effect.APPROVE), given) == {fault}


@pytest.mark.parametrize(
    ("persons", "effect", "stage", "authors", "deciders", "refused"),
    [
        ([ANNA], Effect.APPROVE, "review", [], {}, False),
        ([ANNA], Effect.APPROVE, "review", [ANNA], {}, True),
        ([ANNA], Effect.RETURN, "review", [ANNA], {}, True),
        ([ANNA], Effect.DECLINE, "review", [ANNA], {}, True),
        ([ANNA, BUDI], Effect.APPROVE, "review", [BUDI], {}, True),
        ([ANNA], Effect.APPROVE, "verification", [CITRA], {"review": [ANNA]}, True),
        ([ANNA, BUDI], Effect.APPROVE, "verification", [CITRA], {"review": [BUDI]}, True),
        ([ANNA], Effect.APPROVE, "review", [CITRA], {"review": [ANNA]}, False),
        ([ANNA], Effect.APPROVE, "review", [CITRA], {"review": [ANNA], "verification": [BUDI]}, False),
        ([ANNA], Effect.SUBMIT, "draft", [ANNA], {}, False),
        ([ANNA], Effect.SUBMIT, "correction", [], {"review": [ANNA]}, True),
        ([ANNA], Effect.WITHDRAW, "review", [ANNA], {"review": [ANNA]}, True),
        ([ANNA, BUDI], Effect.SUBMIT, "correction", [], {"verification": [BUDI]}, True),
    ],
)
def test_one_either_writes_or_decides_at_one_stage(
    persons: list[UUID],
    effect: Effect,
    stage: str,
    authors: list[UUID],
    deciders: dict[str, list[UUID]],
    refused: bool,
) -> None:
    conflict = duties_conflict(
        persons=persons, effect=effect, stage=stage, authors=authors, deciders=deciders
    )
    assert (conflict is not None) is refused

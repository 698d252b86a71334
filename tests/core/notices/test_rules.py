"""The table of notices and the pauses between attempts."""

from datetime import timedelta

import pytest

from ovop.cycles.rules import default_chain
from ovop.identities.enums import Role
from ovop.notices.rules import MOST_ATTEMPTS, RULES, Relation, deciding_roles, pause_after
from ovop.notices.texts import TEMPLATES


def test_every_line_of_the_table_has_a_template_and_every_template_a_line() -> None:
    named = {rule.template for rules in RULES.values() for rule in rules}
    assert named == set(TEMPLATES)


def test_every_relation_is_used() -> None:
    assert {rule.to for rules in RULES.values() for rule in rules} == set(Relation)


@pytest.mark.parametrize(
    ("event_type", "told"),
    [
        ("submission.submitted", [Relation.DECIDING, Relation.PRODUCERS]),
        ("submission.resubmitted", [Relation.DECIDING, Relation.PRODUCERS, Relation.REGENCY]),
        ("submission.withdrawn", [Relation.RELIEVED, Relation.PRODUCERS, Relation.REGENCY]),
        ("submission.approved", [Relation.DECIDING, Relation.PRODUCERS, Relation.REGENCY]),
        ("submission.returned", [Relation.PRODUCERS, Relation.REGENCY]),
        ("submission.declined", [Relation.PRODUCERS, Relation.REGENCY]),
        ("copy.issued", [Relation.MINISTRY_FOR_COPY]),
        ("copy.delivered", [Relation.COPIED]),
        ("copy.answered", [Relation.DECIDING, Relation.REGENCY]),
        ("cycle.opened", [Relation.ALL_REGENCIES]),
        ("cycle.extended", [Relation.DRAFTING_PRODUCERS, Relation.ALL_REGENCIES]),
        ("delegation.granted", [Relation.BORROWER]),
    ],
)
def test_who_is_told_of_an_event(event_type: str, told: list[Relation]) -> None:
    assert [rule.to for rule in RULES[event_type]] == told


@pytest.mark.parametrize(
    "event_type",
    ["submission.created", "submission.answers_saved", "submission.evidence_added", "copy.read"],
)
def test_writing_and_reading_make_no_notice(event_type: str) -> None:
    assert event_type not in RULES


@pytest.mark.parametrize(
    ("stage", "roles"),
    [
        ("draft", set()),
        ("office_review", {Role.REGENCY_OFFICER}),
        ("correction", set()),
        ("verification", {Role.VERIFIER}),
        ("administrative_selection", {Role.SELECTOR}),
        ("selected", set()),
        ("no_such_stage", set()),
    ],
)
def test_deciding_roles_are_those_that_approve_return_or_decline(stage: str, roles: set[Role]) -> None:
    assert deciding_roles(default_chain(), stage) == roles


@pytest.mark.parametrize(
    ("attempt", "minutes"), [(1, 1), (2, 2), (3, 4), (9, 256), (10, 360), (20, 360), (2000, 360)]
)
def test_pauses_double_up_to_six_hours(attempt: int, minutes: int) -> None:
    assert pause_after(attempt) == timedelta(minutes=minutes)


def test_attempts_outlast_a_weekend_without_a_mail_server() -> None:
    assert sum((pause_after(n) for n in range(1, MOST_ATTEMPTS)), timedelta()) > timedelta(days=2, hours=12)

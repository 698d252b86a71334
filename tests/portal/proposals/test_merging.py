"""A form that was sent while somebody else had saved."""

import pytest

from ovop.portal.proposals.merging import mark_of, merge

MARKS = {"name": mark_of("lama")}


@pytest.mark.parametrize(
    ("mine", "theirs", "changes", "conflicts"),
    [
        ("lama", "lama", {}, ()),
        ("baru", "lama", {"name": "baru"}, ()),
        ("lama", "baru", {}, ()),
        ("baru", "baru", {}, ()),
        ("baru", "lain", {}, ("name",)),
        (None, "lama", {"name": None}, ()),
        (None, "lain", {}, ("name",)),
        ("baru", None, {}, ("name",)),
    ],
)
def test_only_what_both_changed_and_differently_is_a_conflict(
    mine: str | None, theirs: str | None, changes: dict[str, str | None], conflicts: tuple[str, ...]
) -> None:
    merged = merge(typed={"name": mine}, stored={"name": theirs}, marks=MARKS, names=["name"], kept={})
    assert merged.changes == changes
    assert merged.conflicts == conflicts


def test_choice_settles_the_conflict() -> None:
    both = {"typed": {"name": "baru"}, "stored": {"name": "lain"}, "marks": MARKS, "names": ["name"]}
    assert merge(**both, kept={"name": "mine"}).changes == {"name": "baru"}
    assert merge(**both, kept={"name": "theirs"}).changes == {}


def test_mark_does_not_depend_on_the_order_of_parts() -> None:
    assert mark_of({"value": 1, "unit": "cm"}) == mark_of({"unit": "cm", "value": 1})
    assert mark_of("1") != mark_of(1)

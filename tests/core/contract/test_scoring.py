"""Points from levels: bands, criteria that do not apply, caps, rounding; and what always holds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ovop.contract.checker import Checker, compile_checker
from ovop.contract.scoring import (
    LevelRefused,
    ScoreMissing,
    anchors_for,
    score,
    spread_weights,
    two_decimals,
)
from tests.core.contract.invented import (
    TODAY,
    checker,
    criterion,
    definition,
    field,
    gate,
    group,
    options,
    section,
    text,
)

FACTS = {"today": TODAY}
FORM = (
    field("integer", "n", required=False),
    field("boolean", "worn", required=False),
    field("multiselect", "ways", options=options("a", "b"), required=False),
)


def made(*groups: dict[str, object], **more: object) -> Checker:
    return checker(*FORM, groups=groups, **more)


def total(made: Checker, levels: dict[str, int], **answers: object) -> float:
    return score(made, levels, answers, (), FACTS).total


def test_points_are_weight_times_level_over_the_maximum() -> None:
    rubric = made(group("A", criterion("A1", 30), criterion("A2", 20)), group("B", criterion("B1", 50)))
    result = score(rubric, {"A1": 3, "A2": 5, "B1": 0}, {}, (), FACTS)
    assert result.total == result.uncapped == 38.0
    assert [(g.id, g.weight, g.points) for g in result.groups] == [("A", 50.0, 38.0), ("B", 50.0, 0.0)]
    assert [(c.id, c.weight, c.level, c.points) for c in result.criteria] == [
        ("A1", 30.0, 3, 18.0),
        ("A2", 20.0, 5, 20.0),
        ("B1", 50.0, 0, 0.0),
    ]


def test_missing_levels_all_named() -> None:
    rubric = made(group("A", criterion("A1", 30), criterion("A2", 20), criterion("A3", 50)))
    with pytest.raises(ScoreMissing) as caught:
        total(rubric, {"A2": 1})
    assert caught.value.codes == ("A1", "A3")


def test_levels_outside_the_scale_or_of_unknown_criteria_refused() -> None:
    rubric = made(group("A", criterion("A1", 50), criterion("A2", 50)))
    with pytest.raises(LevelRefused) as caught:
        total(rubric, {"A1": 6, "A2": 5, "Z9": 1})
    assert caught.value.codes == ("A1", "Z9")


BANDS = [{"level": 5, "when": "n >= 10"}, {"level": 3, "when": "n >= 5"}, {"level": 0, "when": "n < 5"}]


def test_first_band_that_holds_gives_the_level_unless_an_assessor_did() -> None:
    rubric = made(group("A", criterion("A1", 100, bands=BANDS)))
    assert [total(rubric, {}, n=n) for n in (12, 7, 1)] == [100.0, 60.0, 0.0]
    assert total(rubric, {"A1": 4}, n=12) == 80.0
    assert score(rubric, {}, {"n": 7}).criteria[0].by_band
    with pytest.raises(ScoreMissing):
        total(rubric, {})


def test_not_applicable_differs_from_zero_and_spreads_in_proportion() -> None:
    rubric = made(
        group("A", criterion("A1", 20, applies_if="worn"), criterion("A2", 20)),
        group("B", criterion("B1", 60)),
    )
    assert total(rubric, {"A1": 0, "A2": 5, "B1": 0}, worn=True) == 20.0
    assert total(rubric, {"A2": 5, "B1": 0}, worn=False) == 25.0
    result = score(rubric, {"A2": 5, "B1": 0}, {"worn": False}, (), FACTS)
    assert [(c.applies, c.weight, c.level) for c in result.criteria] == [
        (False, 0.0, None),
        (True, 25.0, 5),
        (True, 75.0, 0),
    ]


def test_not_applicable_goes_to_the_groups_named() -> None:
    rubric = made(
        group("A", criterion("A1", 20, applies_if="worn", redistribute_to=["C"])),
        group("B", criterion("B1", 50)),
        group("C", criterion("C1", 20), criterion("C2", 10)),
    )
    result = score(rubric, {"B1": 0, "C1": 5, "C2": 0}, {"worn": False}, (), FACTS)
    assert [c.weight for c in result.criteria] == pytest.approx([0, 50, 33.333333, 16.666667])
    assert result.total == 33.33


def test_cap_limits_the_total_only_while_the_gate_acts_and_the_lowest_counts() -> None:
    caps = [
        gate("K1", "worn", "cap", cap_points=70),
        gate("K2", "n > 5", "cap", cap_points=55.5),
        gate("K3", "n > 9", "block"),
    ]
    rubric = made(group("A", criterion("A1", 100)), gates=caps)
    assert total(rubric, {"A1": 5}, worn=False, n=1) == 100.0
    assert total(rubric, {"A1": 5}, worn=True, n=1) == 70.0
    assert total(rubric, {"A1": 3}, worn=True, n=1) == 60.0
    result = score(rubric, {"A1": 5}, {"worn": True, "n": 10}, (), FACTS)
    assert (result.total, result.uncapped, result.blocked) == (55.5, 100.0, True)
    assert not score(rubric, {"A1": 5}, {"worn": True}, (), FACTS).blocked


def test_halves_rounded_upwards() -> None:
    assert [two_decimals(Fraction(x)) for x in ("2.675", "2.665", "2.6749", "0.005", "99.995")] == [
        2.68,
        2.67,
        2.67,
        0.01,
        100.0,
    ]
    rubric = made(group("A", criterion("A1", 12.125), criterion("A2", 87.875)))
    assert total(rubric, {"A1": 5, "A2": 0}) == 12.13


def test_every_anchor_set_that_applies_is_given_and_else_the_general_one() -> None:
    special = [
        {"when": f"'{way}' in ways", "anchors": [{"level": 5, "text": text(way)}]} for way in ("a", "b")
    ]
    rubric = made(group("A", criterion("A1", 100, anchors_when=special)))
    for ways, count in ((["a"], 1), (["a", "b"], 2)):
        sets = anchors_for(rubric, rubric.read({"ways": ways}), "A1")
        assert [anchors[0].text.en for anchors in sets] == ways
        assert len(sets) == count
    assert anchors_for(rubric, rubric.read({}), "A1")[0][0].text.en == "poor"


# --- what always holds ----------------------------------------------------------------------------------------------------


@st.composite
def rubrics(draw: st.DrawFn) -> tuple[Checker, list[str], list[bool]]:
    """A rubric of one to eight criteria in groups whose weights add up to 100, some without application."""
    count = draw(st.integers(1, 8))
    cuts = sorted(draw(st.lists(st.integers(1, 9999), min_size=count - 1, max_size=count - 1, unique=True)))
    hundredths = [b - a for a, b in zip([0, *cuts], [*cuts, 10000], strict=True)]
    places = sorted(draw(st.lists(st.integers(0, 2), min_size=count, max_size=count)))
    applies = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    criteria: dict[int, list[dict[str, object]]] = {}
    for index, (weight, place, applied) in enumerate(zip(hundredths, places, applies, strict=True)):
        more: dict[str, object] = {} if applied else {"applies_if": "worn"}
        if not applied and draw(st.booleans()):
            more["redistribute_to"] = [f"G{draw(st.sampled_from(places))}"]
        criteria.setdefault(place, []).append(criterion(f"C{index}", weight / 100, **more))
    groups = [group(f"G{place}", *items) for place, items in criteria.items()]
    made = compile_checker(definition(section("main", *FORM), groups=groups))
    return made, [f"C{index}" for index in range(count)], applies


@settings(max_examples=60, deadline=None)
@given(rubrics(), st.data())
def test_total_within_bounds_and_all_highest_levels_give_hundred(
    drawn: tuple[Checker, list[str], list[bool]], data: st.DataObject
) -> None:
    made, codes, applies = drawn
    levels = {code: data.draw(st.integers(0, 5)) for code in codes}
    for worn in (True, False):
        result = score(made, levels, {"worn": worn}, (), FACTS)
        assert 0 <= result.total <= 100
        applied = worn or any(applies)
        highest = score(made, dict.fromkeys(codes, 5), {"worn": worn}, (), FACTS)
        assert highest.total == (100.0 if applied else 0.0)
        assert sum(item.weight for item in highest.criteria) == pytest.approx(100.0 if applied else 0.0)


@settings(max_examples=60, deadline=None)
@given(rubrics())
def test_spreading_keeps_the_sum_and_takes_nothing_away(drawn: tuple[Checker, list[str], list[bool]]) -> None:
    made, codes, applies = drawn
    applying = [code for code, applied in zip(codes, applies, strict=True) if applied]
    weights = spread_weights(made.definition.rubric, applying)
    own = spread_weights(made.definition.rubric, codes)
    assert sum(weights.values()) == (100 if applying else 0)
    assert all(weights[code] >= own[code] for code in applying)
    assert all(weights[code] == 0 for code in codes if code not in applying)

import pytest

from ovop.contract.vocabulary import Answer, Definition, SubmissionView
from ovop_batik.checks import difficulty_hint, difficulty_level, wax_dye_cycles
from ovop_batik.plugin import score_hints


@pytest.mark.parametrize(
    ("steps", "cycles"),
    [
        ([], 0),
        (["nyorek", "medel", "nyoga"], 0),
        (["nglowong", "ngiseni", "nembok"], 0),
        (["nglowong", "ngiseni", "medel", "lorod"], 1),
        (["nglowong", "nyolet", "medel"], 1),
        (["ngecap", "medel", "ngecap", "nyoga", "lorod"], 2),
        (["nglowong", "lorod", "medel"], 0),
        (["nglowong", "lainnya", "medel", "lorod", "nembok", "nyoga"], 2),
        (["nglowong", "nyolet", "nembok", "medel", "nembok", "nyoga", "ngiseni", "nyolet"], 4),
    ],
)
def test_cycles_count_wax_followed_by_dye(steps: list[str], cycles: int) -> None:
    assert wax_dye_cycles(steps) == cycles


@pytest.mark.parametrize(
    ("cycles", "colours", "two_sided", "level"),
    [
        (1, 1, False, 0),
        (1, 3, False, 1),
        (2, 1, False, 3),
        (3, 4, False, 3),
        (4, 1, False, 5),
        (1, 1, True, 5),
    ],
)
def test_level_follows_the_anchors(cycles: int, colours: int, two_sided: bool, level: int) -> None:
    assert difficulty_level(cycles, colours, two_sided) == level


def test_hint_states_its_reason_in_both_languages() -> None:
    answers: dict[str, Answer] = {"process_steps": [{"step": "ngecap"}, {"step": "medel"}], "two_sided": True}
    hint = difficulty_hint(answers)
    assert hint is not None
    assert (hint.criterion, hint.level) == ("C3", 5)
    assert hint.reason.id == "Tahapan proses menunjukkan 1 kali malam lalu warna, malam pada dua sisi."
    assert hint.reason.en == "The process steps show 1 cycle of waxing and dyeing, waxed on both sides."


@pytest.mark.parametrize(
    "answers",
    [{}, {"process_steps": None}, {"process_steps": "nglowong"}, {"process_steps": ["medel", {"step": 3}]}],
)
def test_no_hint_from_drafts_without_a_cycle(answers: dict[str, Answer]) -> None:
    assert score_hints(SubmissionView(commodity="batik", version="1.0", answers=answers)) == ()


def test_hint_of_the_full_example_is_the_level_given(batik: Definition) -> None:
    example = next(one for one in batik.examples if one.id == "scored_tulis")
    view = SubmissionView(commodity="batik", version="1.0", answers=example.answers)  # type: ignore[arg-type]  # examples hold plain JSON
    (hint,) = score_hints(view)
    assert hint.level == example.levels["C3"]

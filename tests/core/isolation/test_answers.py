"""What a hook may answer: the declared type, about the commodity's own things."""

from typing import Any

import msgspec
import pytest

from ovop.contract.hooks.answers import TYPES, Namespace, WrongAnswer, read_answer
from ovop.contract.hookspecs import BUDGETS_MS
from ovop.contract.judging.wordings import WORDINGS
from tests.factories import sample_definition, text

DEFINITION = sample_definition()
NAMES = Namespace(DEFINITION)
CARD = {"title": "Kain", "lines": []}


def finding(**changes: Any) -> dict[str, Any]:
    words = {"message": text("Aneh"), "remedy": text("Periksa")}
    return {"path": "meaning", "code": "unlikely", **words, **changes}


def hint(**changes: Any) -> dict[str, Any]:
    return {"criterion": "A1", "level": 3, "reason": text("Jelas"), **changes}


def read(hook: str, value: Any) -> Any:
    return read_answer(hook, msgspec.json.encode(value), NAMES)


def test_every_hook_has_a_type() -> None:
    assert set(TYPES) == set(BUDGETS_MS)


@pytest.mark.parametrize("hook", sorted(TYPES))
def test_nothing_is_an_answer_of_every_hook(hook: str) -> None:
    assert read(hook, None) is None


@pytest.mark.parametrize(
    ("hook", "value"),
    [
        ("validate_submission", [finding(), finding(path=""), finding(path="steps[1].days", section="making")]),
        ("validate_submission", [finding(path="evidence.photos[front]"), finding(path="evidence.permit[#2]")]),
        ("validate_submission", [finding(severity="warning"), finding(path="evidence.permit")]),
        ("score_hints", [hint(), hint(level=0), hint(level=5)]),
        ("advise", ["step"]),
        ("derive_fields", {}),
        ("upcast", {"meaning": "x", "gone_since": [1, {"a": None}]}),
        ("catalogue_card", CARD),
    ],
)  # fmt: skip
def test_answer_about_own_things_is_read(hook: str, value: Any) -> None:
    answer = read(hook, value)
    assert isinstance(answer, dict | tuple) or answer.title == "Kain"


@pytest.mark.parametrize(
    ("hook", "value"),
    [
        *((hook, wrong) for hook in sorted(TYPES) for wrong in (7, "text", True)),
        ("validate_submission", [{"path": "meaning"}]),
        ("validate_submission", [finding(severity="fatal")]),
        ("validate_submission", [finding(message={"id": "hanya satu bahasa"})]),
        ("validate_submission", [finding(message={"id": "", "en": ""})]),
        ("validate_submission", finding()),
        ("score_hints", [hint(level="high")]),
        ("advise", [7]),
        ("advise", "step"),
        ("derive_fields", [["days_total", 3]]),
        ("upcast", []),
        ("catalogue_card", {"title": 3}),
    ],
)
def test_answer_of_another_type_is_wrong(hook: str, value: Any) -> None:
    with pytest.raises(WrongAnswer):
        read(hook, value)


@pytest.mark.parametrize("code", sorted({code.partition(".")[0] for code in WORDINGS}))
def test_code_of_the_contract_is_not_a_commoditys_to_use(code: str) -> None:
    with pytest.raises(WrongAnswer, match="the platform's own"):
        read("validate_submission", [finding(code=code)])


@pytest.mark.parametrize(
    ("hook", "value", "reason"),
    [
        ("validate_submission", [finding(code="gate_K1")], "platform's own"),
        ("validate_submission", [finding(code="nib_missing")], "platform's own"),
        ("validate_submission", [finding(code="Bad code!")], "no identifier"),
        ("validate_submission", [finding(), finding(path="enterprise.nib")], "names no field"),
        ("validate_submission", [finding(path="steps[x].days")], "names no field"),
        ("validate_submission", [finding(path="evidence.none")], "names no field"),
        ("validate_submission", [finding(section="enterprise")], "a section"),
        ("score_hints", [hint(criterion="Z9")], "no criterion of this commodity: Z9"),
        ("score_hints", [hint(level=6)], "outside 0 to 5"),
        ("score_hints", [hint(level=-1)], "outside 0 to 5"),
        ("advise", ["step", "batik_step"], "no guidance of this commodity: batik_step"),
        ("derive_fields", {"meaning": "x"}, "no derived field of this commodity: meaning"),
    ],
)
def test_answer_about_what_is_not_its_own_is_wrong(hook: str, value: Any, reason: str) -> None:
    with pytest.raises(WrongAnswer, match=reason):
        read(hook, value)

"""The personal list of a submission, and the hints for those who judge it."""

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from ovop.contract.checker import compile_checker
from ovop.guidance.personal import advice_for, standing
from tests.core.approvals.test_actions import RETURN
from tests.core.guidance.scene import GUIDANCE, guided
from tests.factories import ANSWERS, upload

if TYPE_CHECKING:
    from tests.factories import Caller, World


def advice(caller: "Caller", submission: str) -> dict[str, Any]:
    answer = caller.get(f"/submissions/{submission}/guidance")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def test_list_begins_with_what_wins_most_points_and_ends_with_stories(guided_world: "World") -> None:
    world = guided_world
    submission = world.submitted(world.open_cycle())
    told = advice(world.producer, submission)
    assert [item["guidance"]["id"] for item in told["items"]] == ["large", "both", "small", "story"]
    assert told["items"][0]["because"] == [
        {"id": "A1", "label": {"id": "Unsur A1", "en": "Unsur A1"}, "level": 1, "points": 48.0, "finding": None}
    ]  # fmt: skip
    assert (told["chosen_by"], told["note"]) == ("guidance_table", None)
    assert [criterion["id"] for criterion in told["open"]] == ["A3"]


def test_draft_is_advised_on_the_fields_that_have_findings(guided_world: "World") -> None:
    world = guided_world
    submission = str(world.begin(world.open_cycle())["id"])
    world.producer.save(submission, {"technique": "hand"})
    before = advice(world.producer, submission)
    assert "beside" not in [item["guidance"]["id"] for item in before["items"]]
    old = {"number": "I-1", "issued_on": "2020-01-01"}
    upload(world.producer, submission, "permit", **old)
    items = {item["guidance"]["id"]: item for item in advice(world.producer, submission)["items"]}
    assert items["beside"]["because"][0]["id"] == "permit"
    assert items["beside"]["because"][0]["finding"]["en"]


def test_office_is_advised_on_what_was_handed_in_only(guided_world: "World") -> None:
    world = guided_world
    submission = world.submitted(world.open_cycle())
    assert world.officer.act(submission, "return", **{**RETURN, "sections": ["making"]}).status_code == 200
    assert world.producer.save(submission, {"technique": None}).status_code == 200
    assert "large" not in [item["guidance"]["id"] for item in advice(world.producer, submission)["items"]]
    assert "large" in [item["guidance"]["id"] for item in advice(world.officer, submission)["items"]]


def test_hints_are_for_those_who_judge(guided_world: "World") -> None:
    world = guided_world
    submission = world.endorsed(world.open_cycle())
    path = f"/submissions/{submission}/score-hints"
    hints = world.verifier.get(path).json()
    assert [(item["criterion"]["id"], item["level"], item["by"]) for item in hints["items"]] == [
        ("A1", 1, "band"),
        ("A2", 2, "band"),
    ]
    for caller in (world.producer, world.officer, world.province):
        refused = caller.get(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_judging")


@given(chosen=st.none() | st.lists(st.sampled_from([item["id"] for item in GUIDANCE] + ["unknown"])))
def test_list_names_every_item_once_and_only_items_that_exist(chosen: list[str] | None) -> None:
    definition = guided()
    checker = compile_checker(definition)
    stands = standing(checker, checker.read(dict(ANSWERS)))
    told = [advice.item.id for advice in advice_for(definition, stands, (), chosen)]
    assert len(told) == len(set(told))
    assert set(told) <= {item["id"] for item in GUIDANCE}
    if chosen is not None:
        assert told == list(dict.fromkeys(name for name in chosen if name != "unknown"))

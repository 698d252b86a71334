"""The approval chain as data: the default is sound, every fault is found, and a history of actions leads to one stage."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.cycles.chain import Chain, Effect, faults, next_stage, replay
from ovop.cycles.rules import default_chain
from ovop.identities.enums import Role

DEFAULT = msgspec.to_builtins(default_chain())


def changed(change: Any) -> Chain:
    """The default chain with a change made to its plain data."""
    data = msgspec.json.decode(msgspec.json.encode(DEFAULT))
    change(data)
    return msgspec.convert(data, Chain)


def stage(data: Any, code: str) -> Any:
    return next(s for s in data["stages"] if s["code"] == code)


def test_default_chain_has_no_fault() -> None:
    assert faults(default_chain()) == []


def test_default_chain_goes_from_the_regency_straight_to_the_ministry() -> None:
    endorse = default_chain().action("office_review", "endorse")
    assert (endorse.to, endorse.copies) == ("verification", ("province", "governor"))
    gates = {role for s in default_chain().stages for a in s.actions for role in a.by}
    assert Role.PROVINCE_OFFICER not in gates
    assert Role.GOVERNOR_OFFICER not in gates


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: stage(d, "office_review")["actions"][0].update(to="nowhere"), "unknown_stage"),
        (lambda d: stage(d, "verification")["actions"][1].update(voids=["nowhere"]), "unknown_stage"),
        (lambda d: stage(d, "office_review")["actions"][0].update(copies=["minister"]), "unknown_copy"),
        (lambda d: stage(d, "office_review")["actions"][0].update(by=[]), "nobody_acts"),
        (
            lambda d: stage(d, "office_review")["actions"][1].update(resubmit_to=None),
            "return_without_way_back",
        ),
        (lambda d: stage(d, "draft").update(editable=False), "not_editable"),
        (lambda d: stage(d, "verification")["actions"][0].update(by=["producer"]), "role_cannot_act"),
        (lambda d: stage(d, "verification")["actions"][0].update(by=["assessor"]), "role_cannot_act"),
        (lambda d: stage(d, "draft")["actions"][0].update(by=["verifier"]), "role_cannot_act"),
        (lambda d: stage(d, "draft")["actions"][0].update(copies=["province"]), "copies_without_decision"),
        (lambda d: stage(d, "office_review")["actions"][1].update(to="declined"), "return_to_closed_stage"),
        (lambda d: stage(d, "correction").update(editable=False), "return_to_closed_stage"),
        (lambda d: d["copies"].append(d["copies"][0]), "duplicate_copy"),
        (lambda d: d["stages"].append({**stage(d, "declined"), "code": "lost"}), "unreachable"),
        (lambda d: d["stages"].append(stage(d, "declined")), "duplicate_stage"),
        (lambda d: stage(d, "draft")["actions"].append(stage(d, "draft")["actions"][0]), "duplicate_action"),
    ],
)
def test_fault_is_found(change: Any, code: str) -> None:
    found = faults(changed(change))
    assert code in {f.code for f in found}
    assert all(f.path.startswith("chain.") and f.message.id and f.remedy.en for f in found)


def test_stage_that_leads_to_no_outcome_is_found() -> None:
    def circle(data: Any) -> None:
        data["stages"] = [s for s in data["stages"] if s["code"] in ("draft", "office_review")]
        stage(data, "draft")["actions"] = stage(data, "draft")["actions"][:1]
        stage(data, "office_review")["actions"] = [
            {**stage(data, "office_review")["actions"][1], "to": "draft", "resubmit_to": "office_review"}
        ]

    assert {f.code for f in faults(changed(circle))} == {"no_outcome"}


def test_faults_of_all_actions_are_found_at_once() -> None:
    def several(data: Any) -> None:
        stage(data, "office_review")["actions"][0].update(to="nowhere", copies=["minister"], by=[])
        stage(data, "verification")["actions"][1].update(voids=["nowhere"], resubmit_to=None)

    found = [(f.path, f.code) for f in faults(changed(several))]
    assert found == [
        ("chain.stages[1].actions[0]", "unknown_stage"),
        ("chain.stages[1].actions[0]", "unknown_copy"),
        ("chain.stages[1].actions[0]", "nobody_acts"),
        ("chain.stages[3].actions[1]", "unknown_stage"),
        ("chain.stages[3].actions[1]", "return_without_way_back"),
    ]


def test_correction_goes_back_to_the_stage_that_the_return_names() -> None:
    chain = changed(lambda d: stage(d, "verification")["actions"][1].update(resubmit_to="verification"))
    assert faults(chain) == []
    assert replay(chain, ["submit", "endorse", "return"]) == ("correction", "verification")
    assert replay(chain, ["submit", "endorse", "return", "submit"]) == ("verification", None)


@given(st.data())
def test_replay_follows_every_history_that_the_chain_allows(data: st.DataObject) -> None:
    chain = default_chain()
    here, resubmit_to = chain.first.code, None
    history: list[str] = []
    while chain.stage(here).actions and len(history) < 12:
        action = data.draw(st.sampled_from(chain.stage(here).actions))
        history.append(action.code)
        here = next_stage(action, resubmit_to)
        resubmit_to = action.resubmit_to if action.effect is Effect.RETURN else None
        assert replay(chain, history) == (here, resubmit_to)


def test_replay_refuses_an_action_that_its_stage_does_not_have() -> None:
    with pytest.raises(KeyError):
        replay(default_chain(), ["endorse"])


def test_queue_of_a_role_is_where_it_decides() -> None:
    chain = default_chain()
    assert chain.stages_of([Role.REGENCY_OFFICER]) == ("office_review",)
    assert chain.stages_of([Role.VERIFIER]) == ("verification",)
    assert chain.stages_of([Role.SELECTOR]) == ("administrative_selection",)
    assert chain.stages_of([Role.PRODUCER, Role.GOVERNOR_OFFICER]) == ()

"""The approval chain as data: stages, who may act at each, what an action needs, and where it leads. Pure.

A chain belongs to a cycle and is validated when the cycle opens. It names roles and copies, never commodities.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from ovop.contract.vocabulary import Finding, Text
from ovop.identities.actor import PERMISSIONS
from ovop.identities.enums import OfficeKind, Permission, Role

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class Effect(StrEnum):
    """What an action does to the submission, besides moving it."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    DECLINE = "decline"


BY_APPLICANT = frozenset({Effect.SUBMIT, Effect.WITHDRAW})
"""What the applicant does; everything else is a decision."""


def permission_for(effect: Effect) -> Permission:
    """The permission that a role needs to take an action with this effect."""
    return Permission.SUBMISSION_WRITE if effect in BY_APPLICANT else Permission.SUBMISSION_DECIDE


class Need(StrEnum):
    """What the actor has to give with an action."""

    LETTER = "letter"
    REASON = "reason"
    SECTIONS = "sections"
    DUE_ON = "due_on"


class Level(StrEnum):
    """How far a stage has carried the submission: this decides who may read it from then on."""

    APPLICANT = "applicant"
    REGENCY = "regency"
    MINISTRY = "ministry"
    OUTCOME = "outcome"


class Action(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that may be done at a stage. A return says where the corrected submission goes next and which stages' approvals it voids."""

    code: Name
    label: Text
    effect: Effect
    by: tuple[Role, ...]
    to: Name
    needs: tuple[Need, ...] = ()
    copies: tuple[Name, ...] = ()
    resubmit_to: Name | None = None
    voids: tuple[Name, ...] = ()


class Stage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stage; one without actions is an outcome. The deadline counts working days from entering it.

    `public`: what has arrived here is published, and everybody may read its product in the catalogue. Only an outcome may be.
    """

    code: Name
    label: Text
    level: Level
    editable: bool = False
    deadline_working_days: Annotated[int, Meta(ge=1, le=365)] | None = None
    public: bool = False
    actions: tuple[Action, ...] = ()


class Copy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of the copy list: which office of the submission's territory receives a carbon copy."""

    code: Name
    label: Text
    office: OfficeKind


class Chain(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole chain. The first stage is where a submission begins."""

    stages: Annotated[tuple[Stage, ...], Meta(min_length=2)]
    copies: tuple[Copy, ...] = ()

    @property
    def first(self) -> Stage:
        """Where a submission begins."""
        return self.stages[0]

    def stage(self, code: str) -> Stage:
        """The stage of that code; raises `KeyError`."""
        for stage in self.stages:
            if stage.code == code:
                return stage
        raise KeyError(code)

    def action(self, stage: str, action: str) -> Action:
        """The action of that code at a stage; raises `KeyError`."""
        for candidate in self.stage(stage).actions:
            if candidate.code == action:
                return candidate
        raise KeyError(action)

    def copy(self, code: str) -> Copy:
        """The line of the copy list; raises `KeyError`."""
        for copy in self.copies:
            if copy.code == code:
                return copy
        raise KeyError(code)

    @property
    def published(self) -> tuple[str, ...]:
        """The stages whose products everybody may read in the catalogue."""
        return tuple(stage.code for stage in self.stages if stage.public)

    def stages_of(self, roles: Sequence[Role]) -> tuple[str, ...]:
        """The stages at which one of these roles decides (approves, returns or declines): a role's work queue."""
        deciding = {Effect.APPROVE, Effect.RETURN, Effect.DECLINE}
        return tuple(
            s.code
            for s in self.stages
            if any(a.effect in deciding and set(a.by) & set(roles) for a in s.actions)
        )


def next_stage(action: Action, resubmit_to: str | None) -> str:
    """Where an action leads: a submission handed in again after a return goes to the stage that the return named."""
    return resubmit_to if action.effect is Effect.SUBMIT and resubmit_to else action.to


def replay(chain: Chain, actions: Sequence[str]) -> tuple[str, str | None]:
    """The stage, and where a resubmission would lead, after a history of actions; raises `KeyError` on one that the chain does not have."""
    stage, resubmit_to = chain.first.code, None
    for code in actions:
        action = chain.action(stage, code)
        stage = next_stage(action, resubmit_to)
        resubmit_to = action.resubmit_to if action.effect is Effect.RETURN else None
    return stage, resubmit_to


def faults(chain: Chain) -> list[Finding]:
    """Everything that is wrong with a chain; empty when a cycle may open with it."""
    codes = [s.code for s in chain.stages]
    found = [_fault("stages", "duplicate_stage", c, "ada dua kali", "stands twice") for c in _twice(codes)]
    known = set(codes)
    found += [
        _fault("copies", "duplicate_copy", c, "ada dua kali", "stands twice")
        for c in _twice([line.code for line in chain.copies])
    ]
    for index, stage in enumerate(chain.stages):
        for number, action in enumerate(stage.actions):
            found += _action_faults(f"stages[{index}].actions[{number}]", action, known, chain)
        for code in _twice([a.code for a in stage.actions]):
            found.append(_fault(f"stages[{index}]", "duplicate_action", code, "ada dua kali", "stands twice"))
    if found:
        return found
    if not chain.first.editable:
        found.append(
            _fault("stages[0]", "not_editable", chain.first.code, "tidak dapat diisi", "cannot be edited")
        )
    found += [
        _fault(
            f"stages[{index}].public",
            "published_too_early",
            stage.code,
            "bukan hasil akhir, jadi tidak boleh tampil untuk umum",
            "is no outcome, so it may not be published",
        )
        for index, stage in enumerate(chain.stages)
        if stage.public and (stage.actions or stage.editable or stage.level is not Level.OUTCOME)
    ]
    edges = {
        s.code: {a.to for a in s.actions} | {a.resubmit_to for a in s.actions if a.resubmit_to}
        for s in chain.stages
    }
    reached = _reachable(edges, chain.first.code)
    for code in codes:
        if code not in reached:
            found.append(_fault("stages", "unreachable", code, "tidak pernah tercapai", "is never reached"))
    outcomes = {s.code for s in chain.stages if not s.actions}
    for code in codes:
        if not _reachable(edges, code) & outcomes:
            found.append(
                _fault("stages", "no_outcome", code, "tidak berujung pada hasil", "leads to no outcome")
            )
    return found


def _action_faults(path: str, action: Action, known: set[str], chain: Chain) -> list[Finding]:
    found = []
    targets = [action.to, *([action.resubmit_to] if action.resubmit_to else []), *action.voids]
    for target in targets:
        if target not in known:
            found.append(
                _fault(path, "unknown_stage", target, "bukan tahap rantai ini", "is no stage of this chain")
            )
    for copy in action.copies:
        if copy not in {c.code for c in chain.copies}:
            found.append(
                _fault(path, "unknown_copy", copy, "tidak ada di daftar tembusan", "is not on the copy list")
            )
    if not action.by:
        found.append(_fault(path, "nobody_acts", action.code, "tidak punya pelaku", "has nobody to act"))
    for role in action.by:
        if permission_for(action.effect) not in PERMISSIONS[role]:
            found.append(
                _fault(
                    path,
                    "role_cannot_act",
                    role,
                    f"tidak berwenang untuk “{action.code}”",
                    f"lacks the power for “{action.code}”",
                )
            )
    if action.copies and action.effect in BY_APPLICANT:
        found.append(
            _fault(
                path,
                "copies_without_decision",
                action.code,
                "menyebut tembusan, padahal bukan keputusan",
                "names copies, but is no decision",
            )
        )
    if action.effect is Effect.RETURN and not action.resubmit_to:
        found.append(
            _fault(
                path,
                "return_without_way_back",
                action.code,
                "tidak menyebut tahap setelah perbaikan",
                "names no stage after correction",
            )
        )
    if action.effect is Effect.RETURN and action.to in known and not _correctable(chain.stage(action.to)):
        found.append(
            _fault(
                path,
                "return_to_closed_stage",
                action.to,
                "tidak dapat diisi dan diajukan lagi",
                "cannot be edited and handed in again",
            )
        )
    return found


def _correctable(stage: Stage) -> bool:
    return stage.editable and any(a.effect is Effect.SUBMIT for a in stage.actions)


def _fault(path: str, code: str, name: str, reason_id: str, reason_en: str) -> Finding:
    return Finding(
        path=f"chain.{path}",
        code=code,
        message=Text(
            id=f"Rantai persetujuan: “{name}” {reason_id}.", en=f"Approval chain: “{name}” {reason_en}."
        ),
        remedy=Text(
            id="Perbaiki data rantai siklus, lalu buka lagi.",
            en="Correct the cycle's chain, then open it again.",
        ),
    )


def _twice(codes: Sequence[str]) -> list[str]:
    return sorted({c for c in codes if codes.count(c) > 1})


def _reachable(edges: Mapping[str, set[str]], start: str) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        for code in edges[todo.pop()] - seen:
            seen.add(code)
            todo.append(code)
    return seen

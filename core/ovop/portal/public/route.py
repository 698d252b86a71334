"""The way of a submission as steps: those of the chain, and those of the programme that follow it. Pure."""

from __future__ import annotations

from msgspec import Struct

from ovop.contract.vocabulary import Text
from ovop.cycles.chain import Action, Chain, Effect, Stage
from ovop.identities.enums import Role
from ovop.portal.language import mark

FORWARD = (Effect.SUBMIT, Effect.APPROVE)
"""The effects by which a submission goes on."""

LATER = (
    (
        "assessment",
        mark("Penilaian"),
        mark("Tim penilai memberi nilai menurut rubrik komoditi. Bila perlu, tempat produksi dikunjungi."),
    ),
    (
        "designation",
        mark("Penetapan dan penghargaan"),
        mark("Menteri menetapkan produk dan kelas bintangnya, lalu menyerahkan piagam."),
    ),
    (
        "coaching",
        mark("Pembinaan"),
        mark("Pelatihan, pendampingan, promosi dan akses pasar, oleh pusat, provinsi, atau kabupaten/kota."),
    ),
    (
        "evaluation",
        mark("Evaluasi"),
        mark("Pada siklus berikutnya bintang ditinjau lagi, tanpa usulan baru."),
    ),
)
"""What follows the chain, by code, name and sentence. Source: programme facts, sections 4 and 9."""


class Step(Struct, frozen=True, kw_only=True):
    """One stage of the chain: who acts, within how many working days, and who receives a carbon copy when it is passed."""

    name: Text
    by: tuple[Role, ...]
    working_days: int | None
    copies: tuple[Text, ...]


class Coming(Struct, frozen=True, kw_only=True):
    """One stage of the programme after the chain: its name and a sentence, both to be translated."""

    name: str
    sentence: str


def steps_of(chain: Chain) -> tuple[Step, ...]:
    """The stages that a submission passes when nothing is sent back, from the first one to the outcome."""
    steps: list[Step] = []
    seen: set[str] = set()
    stage = chain.first
    while stage.code not in seen:
        seen.add(stage.code)
        forward = _forward(stage)
        steps.append(
            Step(
                name=stage.label,
                by=forward.by if forward else (),
                working_days=stage.deadline_working_days,
                copies=tuple(chain.copy(code).label for code in forward.copies) if forward else (),
            )
        )
        if forward is not None:
            stage = chain.stage(forward.to)
    return tuple(steps)


def later_steps(chain: Chain) -> tuple[Coming, ...]:
    """What the programme has after this chain; a stage that the chain itself holds is left out."""
    own = {stage.code for stage in chain.stages}
    return tuple(Coming(name=name, sentence=sentence) for code, name, sentence in LATER if code not in own)


def _forward(stage: Stage) -> Action | None:
    return next((action for action in stage.actions if action.effect in FORWARD), None)

"""What the data of the batik commodity cannot say: how hard the order of waxing and dyeing is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ovop.contract import Answers, ScoreHint, Text

WAX_STEPS = frozenset({"nglowong", "ngiseni", "nembok", "ngecap"})
DYE_STEPS = frozenset({"nyolet", "medel", "nyoga"})
WAX_REMOVAL = "lorod"
HARDEST_FROM_CYCLES = 4
"""Cycles from which the top anchor of criterion C3 holds."""


def wax_dye_cycles(steps: Sequence[str]) -> int:
    """How many times wax was put on and then dyed over, in the order of the steps.

    Several waxings before one dyeing are one cycle, and so are several dyeings after one waxing. Wax that is boiled off before any dyeing
    counts for nothing. Steps of other names are passed over.
    """
    cycles = 0
    waxed = False
    for step in steps:
        if step in WAX_STEPS:
            waxed = True
        elif step == WAX_REMOVAL:
            waxed = False
        elif step in DYE_STEPS and waxed:
            cycles += 1
            waxed = False
    return cycles


def difficulty_level(cycles: int, colours: int, two_sided: bool) -> int:
    """The level of C3 from 0 to 5 that the anchors give; one waxing with several colours lies between 0 and 3."""
    if two_sided or cycles >= HARDEST_FROM_CYCLES:
        return 5
    if cycles >= 2:
        return 3
    return 1 if colours > 1 else 0


def difficulty_hint(answers: Answers) -> ScoreHint | None:
    """The level that the process steps suggest for C3; None where they show no cycle of waxing and dyeing."""
    cycles = wax_dye_cycles([str(row.get("step", "")) for row in _rows(answers, "process_steps")])
    if cycles == 0:
        return None
    two_sided = answers.get("two_sided") is True
    level = difficulty_level(cycles, len(_rows(answers, "dyes")), two_sided)
    sides = Text("malam pada dua sisi", "waxed on both sides") if two_sided else Text("satu sisi", "one side")
    return ScoreHint(
        criterion="C3",
        level=level,
        reason=Text(
            f"Tahapan proses menunjukkan {cycles} kali malam lalu warna, {sides.id}.",
            f"The process steps show {cycles} {'cycle' if cycles == 1 else 'cycles'} of waxing and dyeing, {sides.en}.",
        ),
    )


def _rows(answers: Answers, field: str) -> list[Mapping[str, object]]:
    """The rows of a repeating group; an answer of another shape counts as none, since drafts are shown to hooks too."""
    given = answers.get(field)
    return [row for row in given if isinstance(row, Mapping)] if isinstance(given, list | tuple) else []

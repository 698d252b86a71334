"""Faults of the way from earlier major versions to this one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ovop.contract import vocabulary as v
from ovop.contract.errors import Fault
from ovop.contract.faults import dangling, fault
from ovop.contract.places import FORM
from ovop.contract.upcasting import EVIDENCE, field_at, major_of, options_of


def upcast_faults(definition: v.Definition) -> Iterator[Fault]:
    """The chain is complete from its first step to the major before this one, and every step leads to something that the form has."""
    steps = definition.form.upcasts
    yield from _chain_faults(steps, major_of(definition.manifest.version))
    for number, step in enumerate(steps):
        place = f"{FORM}.upcast[{number}]"
        yield from _step_faults(place, step)
        later = steps[number + 1 :]
        for old, new in step.rename.items():
            if (old[: len(EVIDENCE)] == EVIDENCE) == (new[: len(EVIDENCE)] == EVIDENCE):
                yield from _target_faults(f"{place}.rename.{old}", new, later, definition)
        for path, values in step.recode.items():
            yield from _target_faults(f"{place}.recode.{path}", path, later, definition)
            if not later:
                yield from _recode_faults(
                    f"{place}.recode.{path}", path, tuple(values.values()), definition.form
                )


def _chain_faults(steps: Sequence[v.Upcast], major: int) -> Iterator[Fault]:
    if not steps:
        return
    expected = list(range(steps[0].from_major, major))
    if [step.from_major for step in steps] != expected:
        found = ", ".join(str(step.from_major) for step in steps)
        last = major - 1
        yield fault(
            f"{FORM}.upcast",
            f"langkah harus berurutan tanpa celah sampai versi {last}; yang ada: {found}.",
            f"the steps must follow each other without a gap up to version {last}; there are: {found}.",
        )


def _step_faults(place: str, step: v.Upcast) -> Iterator[Fault]:
    for new, times in Counter(step.rename.values()).items():
        if times > 1:
            yield fault(
                f"{place}.rename",
                f"`{new}` adalah tujuan {times} isian lama; hanya satu yang dapat sampai.",
                f"`{new}` is where {times} old fields lead; only one can arrive.",
            )
    for index, path in enumerate(step.drop):
        if path in step.rename:
            yield fault(
                f"{place}.drop[{index}]",
                f"`{path}` juga ada di `rename`; pilih salah satu.",
                f"`{path}` is in `rename` as well; choose one.",
            )
    for old, new in step.rename.items():
        if (old[: len(EVIDENCE)] == EVIDENCE) != (new[: len(EVIDENCE)] == EVIDENCE):
            yield fault(
                f"{place}.rename.{old}",
                "bukti hanya dapat menjadi bukti, isian hanya isian.",
                "evidence can only become evidence, an answer only an answer.",
            )


def _target_faults(
    place: str, path: str, later: Sequence[v.Upcast], definition: v.Definition
) -> Iterator[Fault]:
    """A new path must be one of the form after the later steps, unless they drop it."""
    end = _followed(path, later)
    if end is None:
        return
    form = definition.form
    if end.startswith(EVIDENCE):
        known = [item.id for item in form.evidence]
        yield from dangling(place, end.removeprefix(EVIDENCE), known, "bukti", "evidence")
    elif field_at(form, end) is None:
        yield from dangling(
            place, end, [f.id for section in form.sections for f in section.fields], "isian", "field"
        )


def _followed(path: str, steps: Sequence[v.Upcast]) -> str | None:
    for step in steps:
        parts = path.split(".")
        ways = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
        if any(way in step.drop for way in ways):
            return None
        way = next((way for way in ways if way in step.rename), "")
        if way:
            path = step.rename[way] + path[len(way) :]
    return path


def _recode_faults(place: str, path: str, values: Sequence[str], form: v.Form) -> Iterator[Fault]:
    """What the last step recodes to must be options of the field."""
    field = field_at(form, path)
    if field is None:
        return
    options = [option.value for option in options_of(field)]
    if not options:
        yield fault(
            place,
            f"isian `{path}` tidak mempunyai pilihan untuk diganti.",
            f"the field `{path}` has no options to recode.",
        )
        return
    for value in values:
        yield from dangling(place, value, options, "pilihan", "option")

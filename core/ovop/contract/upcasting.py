"""Answers given under one version of a commodity, taken over into another: declared steps, and what the new form does not know.

Nothing is lost silently: every answer either arrives or is named in `left_behind` with the reason. Pure; the hook `upcast` is asked by
the kernel between the two halves (`recast`, then `fit`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from enum import StrEnum

from msgspec import Struct

from ovop.contract import vocabulary as v

EVIDENCE = "evidence."
OTHER = "_other"


class Reason(StrEnum):
    """Why an answer or file was left behind."""

    DROPPED = "dropped"
    UNKNOWN = "unknown"
    REPLACED = "replaced"
    NO_PLACE = "no_place"
    BY_CODE = "by_code"
    NOT_ACCEPTED = "not_accepted"


class LeftBehind(Struct, frozen=True, kw_only=True):
    """An answer that did not arrive: its path, its value as it was, and why."""

    path: str
    value: object
    reason: Reason


class Recast(Struct, frozen=True, kw_only=True):
    """Answers in new terms, and what was left behind on the way."""

    answers: dict[str, object]
    left_behind: tuple[LeftBehind, ...] = ()


class _Rows(Struct, frozen=True):
    """A value taken out of every row of a list; `depth` says behind how many steps of the path the list stood."""

    depth: int
    values: list[object]


_NOTHING = object()


def major_of(version: str) -> int:
    """The major part of `major.minor`."""
    return int(version.partition(".")[0])


def minor_of(version: str) -> int:
    """The minor part of `major.minor`."""
    return int(version.partition(".")[2])


def steps_between(form: v.Form, from_version: str, to_version: str) -> tuple[v.Upcast, ...]:
    """The declared steps from an earlier version to the form's own; none within a major, nor from one that no step is declared for."""
    start, end = major_of(from_version), major_of(to_version)
    steps = tuple(step for step in form.upcasts if start <= step.from_major < end)
    return steps if steps and steps[0].from_major == start else ()


def recast(answers: Mapping[str, object], steps: Iterable[v.Upcast]) -> Recast:
    """Answers after the declared steps, in order; the ones given stay as they are."""
    current = deepcopy(dict(answers))
    left: list[LeftBehind] = []
    for step in steps:
        left += _apply(current, step)
    return Recast(answers=current, left_behind=tuple(left))


def recast_evidence(evidence: str, steps: Iterable[v.Upcast]) -> str | None:
    """What a place for evidence is called after the steps; None where they drop it."""
    for step in steps:
        path = EVIDENCE + evidence
        if path in step.drop:
            return None
        evidence = step.rename.get(path, path).removeprefix(EVIDENCE)
    return evidence


def fit(form: v.Form, answers: Mapping[str, object]) -> Recast:
    """The answers that a form asks for, and those that it does not know; whether they are right is for its checks to say."""
    fields = [field for section in form.sections for field in section.fields]
    kept, left = _fit(fields, answers, "")
    return Recast(answers=kept, left_behind=tuple(left))


def removed_by_code(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[LeftBehind, ...]:
    """The answers that a commodity's own code took away, or moved to another name."""
    return tuple(
        LeftBehind(path=name, value=value, reason=Reason.BY_CODE)
        for name, value in before.items()
        if name not in after
    )


def field_at(form: v.Form, path: str) -> v.Field | None:
    """The field at a path without row numbers (`dyes.dose`); of the text beside an option, its field. None where there is none."""
    fields: Sequence[v.Field] = [field for section in form.sections for field in section.fields]
    found: v.Field | None = None
    for name in path.split("."):
        found = next((field for field in fields if name in (field.id, _other_key(field))), None)
        fields = found.fields if isinstance(found, v.GroupField | v.RowsField) else ()
        if found is None:
            return None
    return found


def options_of(field: v.Field) -> tuple[v.Option, ...]:
    """The options of a field; none where it has none of its own."""
    match field:
        case v.SelectField() | v.MultiSelectField() | v.ChecklistField():
            return field.options
        case _:
            return ()


def _apply(answers: dict[str, object], step: v.Upcast) -> list[LeftBehind]:
    """One step, on the answers themselves. All old paths are read before any new one is written, so two fields may change places."""
    renames = {**_beside(step), **{old: new for old, new in step.rename.items() if _is_answer(old)}}
    taken = [(new, old, _take(answers, old.split("."))) for old, new in sorted(renames.items(), key=_deepest)]
    left: list[LeftBehind] = []
    for path in sorted(_dropped(step), key=_depth, reverse=True):
        left += _spelled(path.split("."), _take(answers, path.split(".")), Reason.DROPPED)
    for new, old, value in sorted(taken, key=lambda one: _depth(one[0])):
        left += _put(answers, new.split("."), old.split("."), value)
    for path, values in step.recode.items():
        _recode(answers, path.split("."), values)
    return left


def _dropped(step: v.Upcast) -> set[str]:
    """The paths of answers that a step drops, with the texts beside their options."""
    named = {path for path in step.drop if _is_answer(path)}
    return named | ({path + OTHER for path in named} - step.rename.keys())


def _is_answer(path: str) -> bool:
    return not path.startswith(EVIDENCE)


def _depth(path: str) -> int:
    return path.count(".")


def _deepest(rename: tuple[str, str]) -> tuple[int, str]:
    return -_depth(rename[0]), rename[0]


def _beside(step: v.Upcast) -> dict[str, str]:
    """The texts beside options, which go with their fields unless the step names them itself."""
    named = {*step.rename, *step.drop}
    return {
        old + OTHER: new + OTHER
        for old, new in step.rename.items()
        if _is_answer(old) and old + OTHER not in named
    }


def _take(value: object, path: Sequence[str], depth: int = 0) -> object:
    """Take the value at a path out; of a list in between, from each of its rows."""
    if isinstance(value, list):
        values = [_take(row, path, depth) for row in value]
        return _NOTHING if all(one is _NOTHING for one in values) else _Rows(depth, values)
    if not isinstance(value, dict) or path[0] not in value:
        return _NOTHING
    return value.pop(path[0]) if len(path) == 1 else _take(value[path[0]], path[1:], depth + 1)


def _put(
    value: object, path: Sequence[str], old: Sequence[str], taken: object, at: str = ""
) -> list[LeftBehind]:
    """Put what was taken at `old` to its new path; what stands there already, or finds no place, is left behind.

    `at` is the place of `value` itself.
    """
    if taken is _NOTHING:
        return []
    if isinstance(value, list) and isinstance(taken, _Rows) and len(value) == len(taken.values):
        return [
            left
            for number, (row, one) in enumerate(zip(value, taken.values, strict=True))
            for left in _put(row, path, _numbered(old, taken, number), one, f"{at}[{number}]")
        ]
    if not isinstance(value, dict):
        return _spelled(old, taken, Reason.NO_PLACE)
    name, place = path[0], f"{at}.{path[0]}" if at else path[0]
    if len(path) > 1:
        inside = value.get(name) if isinstance(taken, _Rows) else value.setdefault(name, {})
        return _put(inside, path[1:], old, taken, place)
    if isinstance(taken, _Rows):
        return _spelled(old, taken, Reason.NO_PLACE)
    stood = value.get(name, _NOTHING)
    value[name] = taken
    return _spelled([place], stood, Reason.REPLACED)


def _numbered(path: Sequence[str], taken: _Rows, number: int) -> list[str]:
    """A path with the number of the row that one of the values stood in."""
    place = list(path)
    place[taken.depth - 1] += f"[{number}]"
    return place


def _spelled(path: Sequence[str], taken: object, reason: Reason) -> list[LeftBehind]:
    """What was taken, as single answers with their paths."""
    if taken is _NOTHING:
        return []
    if not isinstance(taken, _Rows):
        return [LeftBehind(path=".".join(path), value=taken, reason=reason)]
    return [
        left
        for number, value in enumerate(taken.values)
        for left in _spelled(_numbered(path, taken, number), value, reason)
    ]


def _recode(value: object, path: Sequence[str], values: Mapping[str, str]) -> None:
    if isinstance(value, list):
        for row in value:
            _recode(row, path, values)
    elif isinstance(value, dict) and path[0] in value:
        if len(path) > 1:
            _recode(value[path[0]], path[1:], values)
        else:
            value[path[0]] = _recoded(value[path[0]], values)


def _recoded(answer: object, values: Mapping[str, str]) -> object:
    if isinstance(answer, list):
        return list(dict.fromkeys(values.get(one, one) if isinstance(one, str) else one for one in answer))
    return values.get(answer, answer) if isinstance(answer, str) else answer


def _fit(
    fields: Sequence[v.Field], answers: Mapping[str, object], prefix: str
) -> tuple[dict[str, object], list[LeftBehind]]:
    asked = {field.id: field for field in fields if not isinstance(field, v.ComputedField)}
    beside = {_other_key(field) for field in fields} - {""}
    kept: dict[str, object] = {}
    left: list[LeftBehind] = []
    for name, value in answers.items():
        path = f"{prefix}{name}"
        if name in asked:
            kept[name], lacking = _fit_answer(asked[name], value, path)
            left += lacking
        elif name in beside:
            kept[name] = value
        else:
            left.append(LeftBehind(path=path, value=value, reason=Reason.UNKNOWN))
    return kept, left


def _fit_answer(field: v.Field, value: object, path: str) -> tuple[object, list[LeftBehind]]:
    if isinstance(field, v.GroupField) and isinstance(value, dict):
        return _fit(field.fields, value, f"{path}.")
    if not isinstance(field, v.RowsField) or not isinstance(value, list):
        return value, []
    rows: list[object] = []
    left: list[LeftBehind] = []
    for number, row in enumerate(value):
        if isinstance(row, dict):
            kept, lacking = _fit(field.fields, row, f"{path}[{number}].")
            rows.append(kept)
            left += lacking
        else:
            rows.append(row)
    return rows, left


def _other_key(field: v.Field) -> str:
    """The key of the text beside an option; empty for a field without such an option."""
    return field.id + OTHER if any(option.other for option in options_of(field)) else ""

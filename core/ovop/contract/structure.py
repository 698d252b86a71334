"""Turns decoded TOML into the Structs of the vocabulary and names all that does not fit, not only the first mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from ovop.contract.errors import Fault
from ovop.contract.vocabulary import Text

_S = TypeVar("_S")
_AT = re.compile(r"^(?P<reason>.*?)(?: - at `(?:key` in `)?\$(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.?([A-Za-z_][\w-]*)|\[(\d+)\]")
_MISSING = re.compile(r"Object missing required field `(.+)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.+)`")
_MOST_FAULTS = 100

_REASONS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"Object missing required field `(.+)`"),
        "kunci `{0}` harus ada.",
        "the key `{0}` is missing.",
    ),
    (
        _UNKNOWN,
        "kunci `{0}` tidak dikenal; periksa ejaannya.",
        "the key `{0}` is not known; check its spelling.",
    ),
    (
        re.compile(r"Invalid (?:enum )?value '?(.+?)'?"),
        "nilai `{0}` tidak dikenal.",
        "the value `{0}` is not known.",
    ),
    (
        re.compile(r"Expected `str` matching regex '(.+)'"),
        "tulisan tidak sesuai pola `{0}`.",
        "the text does not match the pattern `{0}`.",
    ),
    (
        re.compile(r"Expected `(.+)`, got `(.+)`"),
        "seharusnya `{0}`, bukan `{1}`.",
        "expected `{0}`, got `{1}`.",
    ),
    (
        re.compile(r"Expected `(.+)` of length (.+)"),
        "panjang `{0}` harus {1}.",
        "the length of `{0}` must be {1}.",
    ),
    (re.compile(r"Expected `(.+)` ([<>]=? .+)"), "`{0}` harus {1}.", "`{0}` must be {1}."),
)


def convert(data: dict[str, object], type_: type[_S]) -> tuple[_S | None, list[Fault]]:
    """The Struct, or None with every fault found. A faulty element is set aside and the rest judged again, so one fault hides no other."""
    faults: list[Fault] = []
    pruned = _Pruned(data)
    while len(faults) < _MOST_FAULTS:
        try:
            converted = msgspec.convert(pruned.data, type_)
        except msgspec.ValidationError as error:
            match = _AT.match(str(error))
            reason, where = (match["reason"], match["path"] or "") if match else (str(error), "")
            steps = pruned.reachable(where)
            if pruned.follows(steps, reason):
                break
            unknown = _UNKNOWN.fullmatch(reason)
            place = (*steps, unknown[1]) if unknown else steps
            faults.append(Fault(path=pruned.original(place), reason=plain_reason(reason)))
            if not pruned.remove(steps, reason):
                break
        else:
            return (None if faults else converted), faults
    return None, faults


def plain_reason(reason: str) -> Text:
    """A report of msgspec in plain words of both languages."""
    for pattern, id_, en in _REASONS:
        match = pattern.fullmatch(reason)
        if match:
            return Text(id_.format(*match.groups()), en.format(*match.groups()))
    return Text(f"isi tidak sesuai: {reason}.", f"the content does not fit: {reason}.")


Steps = tuple[str | int, ...]


class _Pruned:
    """A copy of decoded TOML from which faulty parts are taken out, and which still knows the original places."""

    def __init__(self, data: Mapping[str, object]) -> None:
        self.data = _copy(data)
        self.gone: dict[Steps, list[int]] = {}
        self.removed: set[Steps] = set()

    def reachable(self, place: str) -> Steps:
        """The steps of a reported place as far as the data has them."""
        steps: list[str | int] = []
        node: object = self.data
        for key, index in _STEP.findall(place):
            step: str | int = int(index) if index else key
            inner = _child(node, step)
            if inner is None:
                break
            node = inner
            steps.append(step)
        return tuple(steps)

    def follows(self, steps: Steps, reason: str) -> bool:
        """Whether a fault only comes from something taken out before."""
        missing = _MISSING.fullmatch(reason)
        if missing and (*steps, missing[1]) in self.removed:
            return True
        return steps in self.gone and "of length" in reason

    def original(self, steps: Steps) -> str:
        """The place in the file of a place in the pruned data."""
        path = ""
        for number, step in enumerate(steps):
            if isinstance(step, int):
                for gone in self.gone.get(steps[:number], []):
                    step += gone <= step
                path += f"[{step}]"
            else:
                path += f".{step}" if path else step
        return path

    def remove(self, steps: Steps, reason: str) -> bool:
        """Take out an unknown key, else the nearest element of a list around the fault, else the key itself."""
        unknown = _UNKNOWN.fullmatch(reason)
        if unknown:
            return self._drop((*steps, unknown[1]))
        for length in range(len(steps), 0, -1):
            if isinstance(steps[length - 1], int):
                return self._drop(steps[:length])
        return self._drop(steps)

    def _drop(self, steps: Steps) -> bool:
        if not steps:
            return False
        node: object = self.data
        for step in steps[:-1]:
            node = _child(node, step)
        last = steps[-1]
        if isinstance(node, list) and isinstance(last, int):
            before = self.gone.setdefault(steps[:-1], [])
            place = last
            for gone in before:
                place += gone <= place
            before.append(place)
            before.sort()
            del node[last]
        elif isinstance(node, dict):
            self.removed.add(steps)
            node.pop(last, None)
        return True


def _child(node: object, step: str | int) -> object | None:
    """What lies one step below a table or list; None where there is nothing, which TOML itself cannot hold."""
    if isinstance(node, dict):
        return node.get(step)
    return node[step] if isinstance(node, list) and isinstance(step, int) and step < len(node) else None


def _copy(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value

"""Finds every difference between two definitions. Parts are matched by their ids, so that a part that moved is not one lost and one new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from ovop.contract import vocabulary as v


class Kind(StrEnum):
    """What happened to a part of a definition."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class Difference(Struct, frozen=True, kw_only=True):
    """One difference. `parts` leads to the part that differs, outermost first; `attribute` is what differs of it, empty for all of it.

    For a part that moved, `old` and `new` are what it stood in, and for a list in another order the keys in order.
    """

    kind: Kind
    path: str
    parts: tuple[v.Part, ...]
    attribute: str = ""
    old: object = None
    new: object = None

    @property
    def part(self) -> v.Part:
        """The part that differs."""
        return self.parts[-1]


KEYS: Mapping[type[v.Part], Callable[[Any], object]] = {
    v.Section: lambda part: part.id,
    v.FieldBase: lambda part: part.id,
    v.Option: lambda part: part.value,
    v.Unit: lambda part: part.code,
    v.Check: lambda part: part.code,
    v.Dimension: lambda part: part.id,
    v.Evidence: lambda part: part.id,
    v.EvidenceRole: lambda part: part.id,
    v.Upcast: lambda part: part.from_major,
    v.CriterionGroup: lambda part: part.id,
    v.Criterion: lambda part: part.id,
    v.Anchor: lambda part: part.level,
    v.AnchorSet: lambda part: part.when,
    v.Band: lambda part: part.level,
    v.Gate: lambda part: part.id,
    v.CodeList: lambda part: part.id,
    v.LimitTable: lambda part: part.id,
    v.LimitRow: lambda part: " · ".join(part.key),
    v.Guidance: lambda part: part.id,
    v.Example: lambda part: part.id,
    v.KbliCode: lambda part: f"{part.edition}:{part.code}",
}
"""By what the parts of a list are told apart."""

GATHERED: Mapping[type[v.Part], str] = {v.Section: "fields", v.CriterionGroup: "criteria"}
"""Lists that are compared across their holders, because a part may move from one holder to another."""


def walk(old: v.Definition, new: v.Definition) -> Iterator[Difference]:
    """Every difference, in the order of the definition."""
    yield from _struct(old.manifest, new.manifest, "commodity", (new.manifest,))
    form = (new.form,)
    yield from _list(old.form.sections, new.form.sections, "form.section", form, "sections")
    yield from _gathered(old.form.sections, new.form.sections, "form.section", form)
    yield from _list(old.form.evidence, new.form.evidence, "form.evidence", form, "evidence")
    yield from _list(old.form.checks, new.form.checks, "form.check", form, "checks")
    yield from _list(old.form.upcasts, new.form.upcasts, "form.upcast", form, "upcasts")
    rubric = (new.rubric,)
    if old.rubric.scale_max != new.rubric.scale_max:
        yield Difference(
            kind=Kind.CHANGED,
            path="criteria.rubric.scale_max",
            parts=rubric,
            attribute="scale_max",
            old=old.rubric.scale_max,
            new=new.rubric.scale_max,
        )
    yield from _list(old.rubric.groups, new.rubric.groups, "criteria.rubric.group", rubric, "groups")
    yield from _gathered(old.rubric.groups, new.rubric.groups, "criteria.rubric.group", rubric)
    whole = (new,)
    yield from _list(old.gates, new.gates, "criteria.gate", whole, "gates")
    yield from _list(old.limit_tables, new.limit_tables, "criteria.limit_table", whole, "limit_tables")
    yield from _list(old.code_lists, new.code_lists, "criteria.code_list", whole, "code_lists")
    yield from _list(old.guidance, new.guidance, "guidance", whole, "guidance")
    yield from _list(old.examples, new.examples, "examples", whole, "examples")


def key_of(part: object) -> object | None:
    """By what a part is told apart from its neighbours; None where a list of its kind is compared as a whole."""
    return next((key(part) for kind, key in KEYS.items() if isinstance(part, kind)), None)


def _struct(old: v.Part, new: v.Part, path: str, parts: tuple[v.Part, ...]) -> Iterator[Difference]:
    """What differs between two parts that stand for each other."""
    if type(old) is not type(new):
        yield Difference(
            kind=Kind.CHANGED,
            path=f"{path}.type",
            parts=parts,
            attribute="type",
            old=old.__struct_config__.tag,
            new=new.__struct_config__.tag,
        )
        return
    for name, written in zip(new.__struct_fields__, new.__struct_encode_fields__, strict=True):
        if GATHERED.get(type(new)) != name:
            yield from _value(getattr(old, name), getattr(new, name), f"{path}.{written}", parts, name)


def _value(
    old: object, new: object, path: str, parts: tuple[v.Part, ...], attribute: str
) -> Iterator[Difference]:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, tuple) and isinstance(new, tuple) and all(key_of(p) is not None for p in (*old, *new)):
        yield from _list(old, new, path, parts, attribute)
    elif isinstance(old, v.Part) and isinstance(new, v.Part):
        yield from _struct(old, new, path, (*parts, new))
    else:
        yield Difference(kind=Kind.CHANGED, path=path, parts=parts, attribute=attribute, old=old, new=new)


def _list(
    old: Sequence[v.Part], new: Sequence[v.Part], path: str, parts: tuple[v.Part, ...], attribute: str
) -> Iterator[Difference]:
    before, after = _by_key(old), _by_key(new)
    for key, part in before.items():
        if key not in after:
            yield Difference(kind=Kind.REMOVED, path=f"{path}[{key}]", parts=(*parts, part), old=part)
    for key, part in after.items():
        if key in before:
            yield from _struct(before[key], part, f"{path}[{key}]", (*parts, part))
        else:
            yield Difference(kind=Kind.ADDED, path=f"{path}[{key}]", parts=(*parts, part), new=part)
    yield from _order(list(before), list(after), path, parts, attribute)


def _order(
    before: Sequence[str], after: Sequence[str], path: str, parts: tuple[v.Part, ...], attribute: str
) -> Iterator[Difference]:
    was = [key for key in before if key in set(after)]
    now = [key for key in after if key in set(before)]
    if was != now:
        yield Difference(
            kind=Kind.MOVED, path=path, parts=parts, attribute=attribute, old=tuple(was), new=tuple(now)
        )


def _gathered(
    old: Sequence[v.Part], new: Sequence[v.Part], path: str, parts: tuple[v.Part, ...]
) -> Iterator[Difference]:
    """The parts inside a list of holders; one that stands in another holder than before has moved."""
    before = {key: (holder, part) for holder in old for key, part in _by_key(_inside(holder)).items()}
    after = {key: (holder, part) for holder in new for key, part in _by_key(_inside(holder)).items()}

    def place(holder: v.Part, key: str) -> str:
        return f"{path}[{key_of(holder)}].{_inner_name(holder)}[{key}]"

    for key, (holder, part) in before.items():
        if key not in after:
            found = (*parts, holder, part)
            yield Difference(kind=Kind.REMOVED, path=place(holder, key), parts=found, old=part)
    for key, (holder, part) in after.items():
        here = (*parts, holder, part)
        if key not in before:
            yield Difference(kind=Kind.ADDED, path=place(holder, key), parts=here, new=part)
            continue
        source, earlier = before[key]
        if key_of(source) != key_of(holder):
            yield Difference(kind=Kind.MOVED, path=place(holder, key), parts=here, old=source, new=holder)
        yield from _struct(earlier, part, place(holder, key), here)
    holders = {key_of(holder): holder for holder in old}
    for holder in new:
        if (earlier_holder := holders.get(key_of(holder))) is not None:
            stayed = list(_by_key(_inside(earlier_holder))), list(_by_key(_inside(holder)))
            inner = f"{path}[{key_of(holder)}].{_inner_name(holder)}"
            yield from _order(*stayed, inner, (*parts, holder), GATHERED[type(holder)])


def _inside(holder: v.Part) -> Sequence[v.Part]:
    inside: Sequence[v.Part] = getattr(holder, GATHERED[type(holder)])
    return inside


def _inner_name(holder: v.Part) -> str:
    return "fields" if isinstance(holder, v.Section) else "criterion"


def _by_key(parts: Sequence[v.Part]) -> dict[str, v.Part]:
    """The parts by their keys; a key that stands more than once is numbered."""
    seen: Counter[str] = Counter()
    found: dict[str, v.Part] = {}
    for part in parts:
        key = str(key_of(part))
        seen[key] += 1
        found[key if seen[key] == 1 else f"{key}#{seen[key]}"] = part
    return found

"""A difference in one sentence that a ministry official understands, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from ovop.contract import vocabulary as v
from ovop.contract.differing.names import attribute_name, kind_name, part_name
from ovop.contract.differing.walk import Difference, Kind

LONGEST = 90
"""Characters of a value that a sentence quotes."""
_CONTAINERS = (v.Definition, v.Form, v.Rubric, v.Section, v.CriterionGroup)
"""Parts that are not named behind those that stand in them."""


def sentence_of(difference: Difference) -> v.Text:
    """The sentence."""
    match difference.kind:
        case Kind.ADDED:
            return _added(difference)
        case Kind.REMOVED:
            owner = _owner(difference.parts)
            return v.Text(f"{_capital(owner.id)} dihapus.", f"{_capital(owner.en)} is removed.")
        case Kind.MOVED:
            return _moved(difference)
        case Kind.CHANGED:
            return _changed(difference)


def _added(difference: Difference) -> v.Text:
    part, owner = difference.part, _owner(difference.parts)
    required = getattr(part, "required", None)
    need_id, need_en = (
        {
            True: (" yang wajib", "required "),
            False: (" yang tidak wajib", "optional "),
        }.get(required, ("", ""))
        if isinstance(required, bool)
        else ("", "")
    )
    kind = kind_name(part)
    name_id = owner.id.removeprefix(kind.id).strip()
    name_en = owner.en.removeprefix("the ").removeprefix(kind.en).strip()
    condition = f" (`{_short(required)}`)" if isinstance(required, str) else ""
    if condition:
        need_id, need_en = " yang wajib bila syaratnya terpenuhi", "conditionally required "
    return v.Text(
        f"{_capital(kind.id)} baru{need_id}: {name_id}{condition}.",
        f"New {need_en}{kind.en}: {name_en}{condition}.",
    )


def _moved(difference: Difference) -> v.Text:
    owner = _owner(difference.parts)
    if isinstance(difference.old, v.Part) and isinstance(difference.new, v.Part):
        was, now = part_name(difference.old), part_name(difference.new)
        return v.Text(
            f"{_capital(owner.id)} pindah dari {was.id} ke {now.id}.",
            f"{_capital(owner.en)} moves from {was.en} to {now.en}.",
        )
    name = attribute_name(difference.attribute)
    return v.Text(
        f"Urutan {name.id} {owner.id} diubah.", f"The order of the {name.en} of {owner.en} changes."
    )


def _changed(difference: Difference) -> v.Text:
    owner, name = _owner(difference.parts), attribute_name(difference.attribute)
    old, new = difference.old, difference.new
    if difference.attribute == "required":
        return _required(owner, new)
    if isinstance(old, v.Text) and isinstance(new, v.Text):
        return _reworded(owner, name, old, new)
    what_id, what_en = _capital(f"{name.id} {owner.id}"), _capital(f"the {name.en} of {owner.en}")
    if _is_number(old) and _is_number(new):
        up = new > old  # type: ignore[operator]  # both are numbers
        return v.Text(
            f"{what_id} {'naik' if up else 'turun'} dari {_said(old, 'id')} ke {_said(new, 'id')}.",
            f"{what_en} {'rises' if up else 'falls'} from {_said(old, 'en')} to {_said(new, 'en')}.",
        )
    if _is_nothing(old):
        return v.Text(
            f"{what_id} kini {_said(new, 'id')} (sebelumnya tidak ada).",
            f"{what_en} is now {_said(new, 'en')} (there was none).",
        )
    if _is_nothing(new):
        return v.Text(
            f"{what_id} dihapus (sebelumnya {_said(old, 'id')}).",
            f"{what_en} is removed (it was {_said(old, 'en')}).",
        )
    return v.Text(
        f"{what_id} diubah dari {_said(old, 'id')} menjadi {_said(new, 'id')}.",
        f"{what_en} changes from {_said(old, 'en')} to {_said(new, 'en')}.",
    )


def _required(owner: v.Text, new: object) -> v.Text:
    what_id, what_en = _capital(owner.id), _capital(owner.en)
    if new is True:
        return v.Text(f"{what_id} kini wajib.", f"{what_en} is now required.")
    if new is False:
        return v.Text(f"{what_id} tidak lagi wajib.", f"{what_en} is no longer required.")
    rule = _said(new, "id")
    return v.Text(f"{what_id} kini wajib bila {rule}.", f"{what_en} is now required where {rule}.")


def _reworded(owner: v.Text, name: v.Text, old: v.Text, new: v.Text) -> v.Text:
    """A text that reads otherwise; where one language alone changed, the other says so."""
    what_id, what_en = _capital(f"{name.id} {owner.id}"), _capital(f"the {name.en} of {owner.en}")
    return v.Text(
        f"{what_id} diubah dari {_said(old.id, 'id')} menjadi {_said(new.id, 'id')}."
        if old.id != new.id
        else f"{what_id} diubah dalam bahasa Inggris saja.",
        f"{what_en} changes from {_said(old.en, 'en')} to {_said(new.en, 'en')}."
        if old.en != new.en
        else f"{what_en} changes in Bahasa Indonesia only.",
    )


def _owner(parts: tuple[v.Part, ...]) -> v.Text:
    """The part and, behind it, the parts around it that help to find it; of a whole container its own name."""
    inner = [part_name(part) for part in parts if not isinstance(part, _CONTAINERS)]
    if isinstance(parts[-1], _CONTAINERS):
        return part_name(parts[-1])
    names = list(reversed(inner))
    return v.Text(" pada ".join(name.id for name in names), " of ".join(name.en for name in names))


def _said(value: object, language: str) -> str:
    match value:
        case bool():
            return {"id": ("tidak", "ya"), "en": ("no", "yes")}[language][value]
        case int() | float():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case str():
            return f"“{_short(value)}”"
        case v.Text():
            return f"“{_short(value.in_language(language))}”"
        case date():
            return value.isoformat()
        case v.Part():
            return part_name(value).in_language(language)
        case Mapping() if value:
            return _short(", ".join(f"{key} = {_said(one, language)}" for key, one in value.items()))
        case tuple() | list() if value:
            return _short(", ".join(_said(one, language) for one in value))
        case _:
            return {"id": "tidak ada", "en": "none"}[language]


def _short(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_nothing(value: object) -> bool:
    return value is None or value in ("", (), {})


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

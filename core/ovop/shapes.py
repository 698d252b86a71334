"""What is wrong with the shape of a request: every place at fault, in plain words. Pure; knows msgspec's messages, but no HTTP."""

import re
from collections.abc import Iterator
from datetime import date
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from ovop.contract.vocabulary import Finding, Text

DEEPEST = 32
"""How deep lists and objects may stand in each other."""

YEARS = range(1800, 3000)
"""The years of dates that mean something here; outside of them arithmetic with time zones fails."""

BODY = Text(id="Isi permintaan", en="The body")

KINDS = {
    "int": Text(id="bilangan bulat", en="a whole number"),
    "float": Text(id="bilangan", en="a number"),
    "bool": Text(id="true atau false", en="true or false"),
    "str": Text(id="teks", en="a text"),
    "null": Text(id="null", en="null"),
    "array": Text(id="daftar [ … ]", en="a list [ … ]"),
    "object": Text(id="objek { … }", en="an object { … }"),
    "date": Text(id="tanggal", en="a date"),
    "datetime": Text(id="waktu", en="a date and time"),
    "uuid": Text(id="UUID", en="a UUID"),
}

_KIND = r"`(?P<want>[^`]+)`"
_WORDINGS: tuple[tuple[str, Text, Text], ...] = (
    (
        r"Object missing required field",
        Text(id="wajib ada", en="is required"),
        Text(id="Tambahkan isian ini.", en="Add this field."),
    ),
    (
        r"Object contains unknown field",
        Text(id="tidak dikenal", en="is unknown"),
        Text(
            id="Hapus isian ini, atau periksa ejaannya di dokumen API.",
            en="Remove this field, or check its spelling in the API document.",
        ),
    ),
    (
        r"Missing required (query|header|cookie|path) parameter",
        Text(id="wajib ada", en="is required"),
        Text(id="Tambahkan parameter ini pada alamat.", en="Add this parameter to the address."),
    ),
    (
        rf"Expected {_KIND}, got `(?P<got>[^`]+)`",
        Text(id="harus {want}, bukan {got}", en="must be {want}, not {got}"),
        Text(id="Kirim nilai dari jenis itu.", en="Send a value of that kind."),
    ),
    (
        rf"Expected {_KIND} of length <= (?P<n>\d+)",
        Text(id="terlalu panjang: paling banyak {n}", en="is too long: at most {n}"),
        Text(id="Persingkat.", en="Shorten it."),
    ),
    (
        rf"Expected {_KIND} of length >= (?P<n>\d+)",
        Text(id="terlalu pendek: paling sedikit {n}", en="is too short: at least {n}"),
        Text(id="Lengkapi.", en="Complete it."),
    ),
    (
        rf"Expected {_KIND} (?P<sign>[<>]=?) (?P<n>\S+)",
        Text(id="harus {sign} {n}", en="must be {sign} {n}"),
        Text(id="Kirim bilangan di dalam batas itu.", en="Send a number within that limit."),
    ),
    (
        rf"Expected {_KIND} matching regex (?P<n>.+)",
        Text(id="tidak sesuai bentuk yang diminta ({n})", en="does not have the form asked for ({n})"),
        Text(
            id="Periksa penulisannya: tanda, spasi, dan baris baru.",
            en="Check how it is written: signs, spaces and line breaks.",
        ),
    ),
    (
        r"Invalid enum value (?P<n>.+)",
        Text(id="tidak mengenal pilihan {n}", en="has no choice {n}"),
        Text(id="Pakai salah satu pilihan di dokumen API.", en="Use one of the choices in the API document."),
    ),
    (
        r"Invalid UUID|badly formed hexadecimal UUID",
        Text(id="bukan UUID", en="is no UUID"),
        Text(
            id="Pakai `id` persis seperti jawaban sebelumnya.",
            en="Use the `id` exactly as an earlier answer gave it.",
        ),
    ),
    (
        r"Invalid RFC3339 encoded datetime|Expected `datetime` with a timezone",
        Text(id="bukan waktu dengan zona waktu", en="is no date and time with a time zone"),
        Text(
            id="Tulis seperti 2026-04-15T10:00:00+07:00.",
            en="Write it like 2026-04-15T10:00:00+07:00.",
        ),
    ),
    (
        r"Invalid RFC3339 encoded date",
        Text(id="bukan tanggal yang ada", en="is no date that exists"),
        Text(id="Tulis seperti 2026-04-15.", en="Write it like 2026-04-15."),
    ),
    (
        r"Number out of range|Integer value out of range",
        Text(id="terlalu besar", en="is too large"),
        Text(id="Kirim bilangan yang lebih kecil.", en="Send a smaller number."),
    ),
    (
        r"Unsupported type: <class 'str'>",
        Text(id="bukan berkas", en="is no file"),
        Text(id="Sertakan berkas beserta namanya.", en="Attach a file with its name."),
    ),
)
_OTHERWISE = (
    Text(id="tidak sesuai dokumen API", en="does not have the shape that the API document states"),
    Text(id="Sesuaikan dengan dokumen API.", en="Follow the API document."),
)
_PLACE = re.compile(r" - at `(?P<place>.+)`$")


def worded_fault(path: str, message: str) -> Finding:
    """A finding from a place and the English message of the framework; a message that is not known gives a general wording."""
    name = f"“{path}”" if path else ""
    text, remedy = _OTHERWISE
    values: dict[str, Text] = {}
    for pattern, wording, help_ in _WORDINGS:
        if match := re.match(pattern, message):
            text, remedy = wording, help_
            values = {key: _kinds(value) for key, value in match.groupdict().items()}
            break
    return Finding(
        path=path,
        code="malformed",
        message=Text(
            id=f"{name or BODY.id} {_filled(text.id, {k: v.id for k, v in values.items()})}.",
            en=f"{name or BODY.en} {_filled(text.en, {k: v.en for k, v in values.items()})}.",
        ),
        remedy=remedy,
    )


def _filled(template: str, values: dict[str, str]) -> str:
    return template.format(**values)


def _kinds(value: str) -> Text:
    """Names of kinds (`int | null`) in words; anything else as it is."""
    parts = value.split(" | ")
    if not all(part in KINDS for part in parts):
        return Text(id=value, en=value)
    return Text(
        id=" atau ".join(KINDS[part].id for part in parts), en=" or ".join(KINDS[part].en for part in parts)
    )


def faults(kind: Any, value: object, path: str = "") -> list[Finding]:
    """Everything in `value` (decoded JSON) that does not fit `kind`; empty where it fits. Members of a Struct are judged one by one."""
    found = list(_faults(kind, value, path))
    if found:
        return found
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        return [fault_of(error, path)]
    return []


def _faults(kind: Any, value: object, path: str) -> Iterator[Finding]:
    struct, item = _parts(kind)
    if struct is not None and isinstance(value, dict):
        yield from _struct_faults(struct, value, path)
    elif item is not None and isinstance(value, list):
        for index, member in enumerate(value):
            yield from _faults(item, member, f"{path}[{index}]")
    else:
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            yield fault_of(error, path)


def _struct_faults(struct: type[msgspec.Struct], value: dict[str, object], path: str) -> Iterator[Finding]:
    fields = msgspec.structs.fields(struct)
    for field in fields:
        place = f"{path}.{field.encode_name}" if path else field.encode_name
        if field.encode_name in value:
            yield from faults(field.type, value[field.encode_name], place)
        elif field.required:
            yield worded_fault(place, "Object missing required field")
    if struct.__struct_config__.forbid_unknown_fields:
        known = {field.encode_name for field in fields}
        for name in value:
            if name not in known:
                yield worded_fault(f"{path}.{name}" if path else name, "Object contains unknown field")


def _parts(kind: Any) -> tuple[type[msgspec.Struct] | None, Any]:
    """The Struct that `kind` is, and the Struct whose list it is; what else a union allows is left to msgspec."""
    if get_origin(kind) is Annotated:
        return _parts(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        found = [parts for parts in map(_parts, get_args(kind)) if parts != (None, None)]
        return found[0] if len(found) == 1 else (None, None)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind, None
    if get_origin(kind) in (list, tuple) and get_args(kind):
        item = get_args(kind)[0]
        return (None, item) if _parts(item) != (None, None) else (None, None)
    return None, None


def fault_of(error: msgspec.ValidationError, path: str = "") -> Finding:
    """The finding behind a refusal of msgspec; `path` is where the refused value stands."""
    message = str(error)
    place = ""
    if match := _PLACE.search(message):
        place = match["place"].removeprefix("$").partition("[...]")[0]
        message = message[: match.start()]
    return worded_fault(f"{path}{place}".removeprefix("."), message)


def unusable(value: object) -> Finding | None:
    """The first thing that fits its type and still cannot be stored: a NUL character, a year far off, or nesting without end."""
    waiting: list[tuple[str, object, int]] = [("", value, 0)]
    while waiting:
        path, part, depth = waiting.pop()
        if depth > DEEPEST:
            return _unusable(path, f"lebih dari {DEEPEST} tingkat", f"is nested deeper than {DEEPEST} levels")
        if isinstance(part, str) and "\x00" in part:
            return _unusable(path, "berisi karakter NUL", "contains a NUL character")
        if isinstance(part, date) and part.year not in YEARS:
            return _unusable(path, f"tahunnya {part.year}", f"has the year {part.year}")
        waiting += [(name, member, depth + 1) for name, member in _members(path, part)]
    return None


def _members(path: str, part: object) -> Iterator[tuple[str, object]]:
    if isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            yield f"{path}.{name}" if path else name, getattr(part, name)
    elif isinstance(part, dict):
        for name, member in part.items():
            yield path, name
            yield f"{path}.{name}" if path else str(name), member
    elif isinstance(part, list | tuple):
        for index, member in enumerate(part):
            yield f"{path}[{index}]", member


def _unusable(path: str, indonesian: str, english: str) -> Finding:
    shown = path.replace("\x00", "␀")[:200]
    return Finding(
        path=shown,
        code="unusable",
        message=Text(
            id=f"“{shown}” {indonesian}; nilai itu tidak dapat disimpan.",
            en=f"“{shown}” {english}; that cannot be stored.",
        ),
        remedy=Text(id="Hapus atau perbaiki nilainya.", en="Remove or correct the value."),
    )

"""Answers in words, section by section, as a reviewer reads them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct

from ovop.contract.judging.survey import Survey
from ovop.contract.vocabulary import (
    Answer,
    CodeList,
    ComputedField,
    DecimalField,
    EvidenceItem,
    Field,
    FileField,
    Form,
    GroupField,
    LocationField,
    ReadingField,
    RowsField,
    SampleField,
    Section,
    SeriesField,
    Text,
    Unit,
)
from ovop.contract.wording import in_words


class Cell(Struct, frozen=True, kw_only=True):
    """One answer: its words, or the file that it is (`file`: an id); neither where nothing was answered."""

    words: Text | None = None
    file: str = ""


class Line(Struct, frozen=True, kw_only=True):
    """One field: a cell, a table (`columns` and `rows`), or the lines of a group. `path` is that of the field in the answers."""

    path: str
    label: Text
    cell: Cell = Cell()
    columns: tuple[Text, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    inside: tuple[Line, ...] = ()
    computed: bool = False

    @property
    def is_table(self) -> bool:
        """Whether the field repeats."""
        return bool(self.columns)

    @property
    def is_group(self) -> bool:
        """Whether the field holds several others."""
        return bool(self.inside)

    @property
    def runs(self) -> list[list[Line]]:
        """The lines inside, as `runs_of` puts them together."""
        return runs_of(self.inside)


class FileLine(Struct, frozen=True, kw_only=True):
    """A file of evidence, with the name of its role."""

    item: EvidenceItem
    role: Text | None


class EvidenceLine(Struct, frozen=True, kw_only=True):
    """One kind of evidence and what was handed in for it."""

    path: str
    label: Text
    kind: str
    files: tuple[FileLine, ...]


class Chapter(Struct, frozen=True, kw_only=True):
    """A section of the form as it was answered."""

    id: str
    title: Text
    lines: tuple[Line, ...]
    evidence: tuple[EvidenceLine, ...]

    @property
    def runs(self) -> list[list[Line]]:
        """Its lines, as `runs_of` puts them together."""
        return runs_of(self.lines)


def runs_of(lines: Iterable[Line]) -> list[list[Line]]:
    """Single answers that follow one another together, each table and each group by itself."""
    runs: list[list[Line]] = []
    for single, group in groupby(lines, key=lambda line: not (line.is_table or line.is_group)):
        run = list(group)
        runs += [run] if single else [[line] for line in run]
    return runs


class Words:
    """Says answers in words: knows the code lists of a form and the names of places by region code."""

    def __init__(self, code_lists: Iterable[CodeList], places: Mapping[str, str]) -> None:
        self._code_lists = tuple(code_lists)
        self._places = places

    def cell(self, spec: Field, answer: Answer | object, other: object = None) -> Cell:
        """One answer; `other` is the text beside a choice of “other”."""
        if isinstance(spec, FileField):
            return Cell(file=answer if isinstance(answer, str) else "")
        words = self.say(spec, answer)
        if isinstance(other, str) and other.strip():
            words = Text(f"{words.id}: {other}", f"{words.en}: {other}") if words else Text(other, other)
        return Cell(words=words)

    def say(self, spec: Field, answer: Answer | object) -> Text | None:
        """An answer in one line, also where it has several parts; None for no answer."""
        match spec, answer:
            case RowsField(), list():
                rows = [self._record(spec.fields, row) for row in answer if isinstance(row, dict)]
                return _joined(rows, "; ")
            case GroupField(), dict():
                return self._record(spec.fields, answer)
            case RowsField(), dict():
                return self._record(spec.fields, answer)
            case SeriesField(), list():
                return _series(spec, [n for n in answer if isinstance(n, int | float)])
            case ReadingField(), dict():
                return _reading(spec, answer)
            case LocationField(), dict():
                return self._place(answer)
            case SampleField(), dict():
                return _joined([_plain(v) for v in answer.values() if v not in (None, "")], ", ")
        said = in_words(spec, answer, self._code_lists)  # type: ignore[arg-type]  # what does not fit is answered with None
        return said if said is not None or answer in (None, "", [], {}) else _plain(answer)

    def _record(self, fields: Sequence[Field], row: Mapping[str, object]) -> Text | None:
        told = []
        for field in fields:
            words = self.cell(field, row.get(field.id), row.get(f"{field.id}_other")).words
            if words is not None:
                told.append(Text(f"{field.label.id}: {words.id}", f"{field.label.en}: {words.en}"))
        return _joined(told, ", ")

    def _place(self, answer: Mapping[str, object]) -> Text | None:
        code = answer.get("region")
        name = self._places.get(code, code) if isinstance(code, str) else ""
        point = [answer[key] for key in ("latitude", "longitude") if answer.get(key) is not None]
        where = ", ".join([name, *map(str, point)] if name else map(str, point))
        return Text(where, where) if where else None


def chapters_of(
    form: Form, answers: Mapping[str, object], evidence: Sequence[EvidenceItem], seen: Survey, words: Words
) -> tuple[Chapter, ...]:
    """The form as it was answered: what is shown of it (`seen`), in form order; sections that are hidden are left out."""
    chapters = (
        Chapter(
            id=section.id,
            title=section.title,
            lines=tuple(_lines(section.fields, answers, seen, words, "")),
            evidence=tuple(_evidence(form, section, evidence)),
        )
        for section in form.sections
    )
    return tuple(chapter for chapter in chapters if chapter.lines or chapter.evidence)


def region_codes(fields: Iterable[Field], answers: Mapping[str, object]) -> Iterator[str]:
    """The region codes that are answers to questions for a place."""
    for field in fields:
        answer = answers.get(field.id)
        if isinstance(field, LocationField) and isinstance(answer, dict):
            code = answer.get("region")
            if isinstance(code, str):
                yield code
        elif isinstance(field, GroupField) and isinstance(answer, dict):
            yield from region_codes(field.fields, answer)
        elif isinstance(field, RowsField) and isinstance(answer, list):
            for row in answer:
                if isinstance(row, dict):
                    yield from region_codes(field.fields, row)


def _lines(
    fields: Sequence[Field], answers: Mapping[str, object], seen: Survey, words: Words, prefix: str
) -> Iterator[Line]:
    for field in fields:
        path = f"{prefix}{field.id}"
        if path in seen.visible:
            yield _line(field, path, answers, seen, words)


def _line(field: Field, path: str, answers: Mapping[str, object], seen: Survey, words: Words) -> Line:
    answer = answers.get(field.id)
    if isinstance(field, ComputedField):
        cell = words.cell(field, seen.computed.get(path))
        return Line(path=path, label=field.label, cell=cell, computed=True)
    if isinstance(field, RowsField):
        rows = [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
        return Line(
            path=path,
            label=field.label,
            columns=tuple(column.label for column in field.fields),
            rows=tuple(
                tuple(_in_row(column, f"{path}[{n}].", row, seen, words) for column in field.fields)
                for n, row in enumerate(rows)
            ),
        )
    if isinstance(field, GroupField):
        inside = answer if isinstance(answer, dict) else {}
        lines = tuple(_lines(field.fields, inside, seen, words, f"{path}."))
        return Line(path=path, label=field.label, inside=lines)
    return Line(
        path=path, label=field.label, cell=words.cell(field, answer, answers.get(f"{field.id}_other"))
    )


def _in_row(column: Field, prefix: str, row: Mapping[str, object], seen: Survey, words: Words) -> Cell:
    if isinstance(column, ComputedField):
        return words.cell(column, seen.computed.get(f"{prefix}{column.id}"))
    return words.cell(column, row.get(column.id), row.get(f"{column.id}_other"))


def _evidence(form: Form, section: Section, items: Sequence[EvidenceItem]) -> Iterator[EvidenceLine]:
    for spec in form.evidence:
        if spec.section != section.id:
            continue
        roles = {role.id: role.label for role in spec.roles}
        files = tuple(
            FileLine(item=item, role=roles.get(item.role)) for item in items if item.evidence == spec.id
        )
        yield EvidenceLine(path=f"evidence.{spec.id}", label=spec.label, kind=spec.kind, files=files)


def _series(spec: SeriesField, numbers: Sequence[float]) -> Text | None:
    if not numbers:
        return None
    said = _joined([_number(n) for n in numbers], "; ")
    mean = _number(round(sum(numbers) / len(numbers), 4), spec.unit)
    return said and Text(f"{said.id} (rata-rata {mean.id})", f"{said.en} (mean {mean.en})")


def _reading(spec: ReadingField, answer: Mapping[str, object]) -> Text | None:
    category, value = answer.get("category"), answer.get("value")
    if category is not None:
        return next((o.label for o in spec.categories if o.value == category), _plain(category))
    operator, code, limit = answer.get("operator"), answer.get("unit"), answer.get("detection_limit")
    unit = next((unit for unit in spec.units if unit.code == code), next(iter(spec.units), None))
    if operator == "nd":
        least = _number(limit, unit) if isinstance(limit, int | float) else None
        after = (
            Text(f" (batas deteksi {least.id})", f" (detection limit {least.en})") if least else Text("", "")
        )
        return Text(f"tidak terdeteksi{after.id}", f"not detected{after.en}")
    if not isinstance(value, int | float):
        return None
    number, sign = _number(value, unit), f"{operator} " if operator in ("<", ">") else ""
    return Text(f"{sign}{number.id}", f"{sign}{number.en}")


def _number(value: float, unit: Unit | None = None) -> Text:
    spec = DecimalField(id="n", label=Text("n", "n"), units=(unit,) if unit else ())
    return in_words(spec, value) or _plain(value)


def _plain(value: object) -> Text:
    return Text(str(value), str(value))


def _joined(texts: Iterable[Text | None], between: str) -> Text | None:
    told = [text for text in texts if text is not None]
    return Text(between.join(t.id for t in told), between.join(t.en for t in told)) if told else None

"""From the fields of a form and the answers so far to what a page draws: which inputs, with which values, hints and mistakes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import asdict

from ovop.contract import vocabulary as v
from ovop.contract.checker import Evaluation
from ovop.contract.judging.messages import unit_label
from ovop.contract.reading import parts, readings
from ovop.contract.wording import DURATIONS, NO, YES, in_words
from ovop.portal.proposals.figures import number_text
from ovop.portal.proposals.reading import NONE_OF_THEM
from ovop.portal.proposals.views import (
    BLANK,
    Choice,
    FieldView,
    File,
    Guide,
    Part,
    RowView,
    Said,
    Shape,
    Widget,
    input_name,
)

MOST_RADIOS = 6
MOST_CHOSEN_FROM = 15
"""A longer code list is searched by typing instead of chosen from."""
SPARE = 2
"""Empty inputs behind the measurements of a series, where it is short of none."""
MORE = 10
"""The same, once more were asked for."""

NONE_FULFILLED = v.Text("Tidak ada yang terpenuhi", "None of them is fulfilled")
OPERATOR_NAMES: Mapping[str, v.Text] = {
    "=": v.Text("= sama dengan", "= equal to"),
    "<": v.Text("< kurang dari", "< less than"),
    ">": v.Text("> lebih dari", "> more than"),
    "nd": v.Text("tidak terdeteksi", "not detected"),
}
UNIT = v.Text("satuan", "unit")


class Draft(Struct, frozen=True, kw_only=True):
    """What fields are drawn from besides their answers: language, what follows from all answers, what to say, and files by field.

    `longer` is the name of a series for which more inputs were asked.
    """

    language: str
    definition: v.Definition
    evaluation: Evaluation
    findings: Sequence[v.Finding]
    files: Mapping[str, Sequence[File]]
    longer: str = ""


def with_rows(
    fields: Sequence[v.Field], answers: Mapping[str, v.Answer], required: frozenset[str], prefix: str = ""
) -> dict[str, v.Answer]:
    """The answers with a first row to fill in where a repeating group has none yet and is asked for."""
    filled = dict(answers)
    for field in fields:
        given = answers.get(field.id)
        if isinstance(field, v.GroupField) and (given is None or isinstance(given, Mapping)):
            inner = with_rows(field.fields, given or {}, required, f"{prefix}{field.id}.")
            filled |= {field.id: inner} if inner else {}
        elif isinstance(field, v.RowsField) and not given and f"{prefix}{field.id}" in required:
            filled[field.id] = list(_first_rows(field))
    return filled


def _first_rows(field: v.RowsField) -> Iterator[dict[str, v.Answer]]:
    column = next((column for column in field.fields if column.id == field.one_per), None)
    if isinstance(column, v.SelectField):
        for option in column.options:
            yield {column.id: option.value}
    else:
        yield from ({} for _ in range(max(1, min(field.min_rows, 3))))


def section_view(
    fields: Sequence[v.Field], answers: Mapping[str, v.Answer], draft: Draft
) -> tuple[FieldView, ...]:
    """The fields of a section as its page draws them, in order."""
    return _Drawing(draft).fields(fields, answers, "", compact=False)


def said_about(findings: Sequence[v.Finding], language: str) -> tuple[Said, ...]:
    """Findings in the words of a language."""
    return tuple(
        Said(
            id=input_name(finding.path) if finding.path else "",
            message=finding.message.in_language(language),
            remedy=finding.remedy.in_language(language),
            severity=finding.severity,
        )
        for finding in findings
    )


class _Drawing:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.code_lists = {listed.id: listed.items for listed in draft.definition.code_lists}
        self.guides: dict[str, list[Guide]] = {}
        for item in draft.definition.guidance:
            for name in item.fields:
                guide = Guide(id=item.id, title=item.title.in_language(draft.language))
                self.guides.setdefault(name, []).append(guide)

    def say(self, text: v.Text | None) -> str:
        return "" if text is None else text.in_language(self.draft.language)

    def fields(
        self, fields: Sequence[v.Field], answers: object, prefix: str, *, compact: bool
    ) -> tuple[FieldView, ...]:
        given = answers if isinstance(answers, Mapping) else {}
        return tuple(self.field(field, given, prefix, compact) for field in fields)

    def field(self, field: v.Field, answers: Mapping[str, v.Answer], prefix: str, compact: bool) -> FieldView:
        path = prefix + field.id
        answer = answers.get(field.id)
        drawn = self.shape(field, answer, path, compact)
        other = answers.get(f"{field.id}_other")
        return FieldView(
            path=path,
            name=input_name(path),
            type=str(field.__struct_config__.tag),
            label=self.say(field.label),
            hint=self.say(field.help),
            required=path in self.draft.evaluation.required,
            visible=path in self.draft.evaluation.visible,
            other=self.other(field, path, other),
            guides=tuple(self.guides.get(field.id, ())),
            said=self.said(field, path),
            **asdict(drawn),
        )

    def said(self, field: v.Field, path: str) -> tuple[Said, ...]:
        """Findings about a field; those about rows and what is inside a group stand there."""
        inside = isinstance(field, v.GroupField | v.RowsField)
        about = [
            finding
            for finding in self.draft.findings
            if finding.path in (path, f"{path}_other")
            or (not inside and finding.path.startswith((f"{path}.", f"{path}[")))
        ]
        return said_about(about, self.draft.language)

    def other(self, field: v.Field, path: str, text: v.Answer) -> Part | None:
        if not isinstance(field, v.SelectField | v.MultiSelectField):
            return None
        asked = [self.say(option.label) for option in field.options if option.other]
        if not asked:
            return None
        label = " / ".join(asked)
        return Part(name=input_name(f"{path}_other"), label=label, widget="line", value=self.typed(text))

    def shape(self, field: v.Field, answer: v.Answer, path: str, compact: bool) -> Shape:
        """What differs between the types of fields."""
        match field:
            case v.TextField() | v.IdentifierField():
                return Shape(widget="line", value=self.typed(answer), example=field.example)
            case v.ReferenceField():
                return Shape(widget="line", value=self.typed(answer))
            case v.LongTextField():
                return Shape(widget="lines", value=self.typed(answer))
            case v.IntegerField():
                return self.number(answer, field.unit)
            case v.MoneyField():
                unit = v.Unit(code=field.currency)
                return self.number(answer, unit)
            case v.PercentField():
                return Shape(widget="number", value=self.typed(answer), unit="%")
            case v.DecimalField() if len(field.units) <= 1:
                return self.number(answer, next(iter(field.units), None))
            case v.DecimalField():
                value = self.part(path, "value", parts.VALUE, "number", answer)
                return self.parts(value, self.unit(path, field.units, answer))
            case v.DurationField():
                value = self.part(path, "value", parts.VALUE, "number", answer)
                return self.parts(value, self.chosen(path, "unit", UNIT, DURATIONS, answer))
            case v.DateField():
                return Shape(widget="day", value=self.typed(answer))
            case v.BooleanField():
                names = {"true": YES, "false": NO}
                told = {True: "true", False: "false"}.get(answer) if isinstance(answer, bool) else None
                return Shape(widget="radios", choices=self.choices(names, {told or ""}))
            case v.DeclarationField():
                return Shape(
                    widget="accept",
                    value=self.say(field.statement),
                    choices=(Choice(value="true", label="", chosen=answer is True),),
                )
            case v.SelectField():
                few = len(field.options) <= MOST_RADIOS and not compact
                return Shape(
                    widget="radios" if few else "choose",
                    choices=self.options(field.options, {self.typed(answer)}),
                )
            case v.MultiSelectField():
                return Shape(widget="ticks", choices=self.options(field.options, _listed(answer)))
            case v.ChecklistField():
                none = Choice(value=NONE_OF_THEM, label=self.say(NONE_FULFILLED), chosen=answer == [])
                return Shape(widget="ticks", choices=(*self.options(field.options, _listed(answer)), none))
            case v.CodeField():
                return self.code(field, answer)
            case v.GradeField():
                scale = {code: v.Text(code, code) for code in field.scale}
                return Shape(widget="choose", choices=self.choices(scale, {self.typed(answer)}))
            case v.DimensionsField():
                sizes = [self.part(path, part.id, part.label, "number", answer) for part in field.parts]
                return self.parts(*sizes, self.unit(path, field.units, answer))
            case v.LocationField():
                return self.parts(
                    self.part(path, "region", parts.REGION, "line", answer),
                    self.part(path, "latitude", parts.LATITUDE, "number", answer),
                    self.part(path, "longitude", parts.LONGITUDE, "number", answer),
                )
            case v.ReadingField():
                return self.reading(field, path, answer)
            case v.SampleField():
                return self.parts(
                    self.part(path, "count", readings.COUNT, "number", answer),
                    self.part(path, "lot", readings.LOT, "line", answer),
                    self.part(path, "expires_on", readings.EXPIRES_ON, "day", answer),
                )
            case v.SeriesField():
                return self.series(field, path, answer)
            case v.FileField():
                return self.file(field, path, answer)
            case v.GroupField():
                inner = self.fields(field.fields, answer, f"{path}.", compact=compact)
                return Shape(widget="group", fields=inner)
            case v.RowsField():
                return self.rows(field, path, answer)
            case v.ComputedField():
                result = self.draft.evaluation.computed.get(path)
                words = None if result is None else in_words(field, result, self.draft.definition.code_lists)
                shown = self.say(unit_label(field.unit)) if field.unit else ""
                return Shape(widget="computed", value=self.say(words), unit=shown)
        raise AssertionError(f"{field.id} is of a type that no page draws")

    def typed(self, answer: object) -> str:
        """A single value as it stands in an input."""
        if isinstance(answer, str):
            return answer
        if isinstance(answer, int | float) and not isinstance(answer, bool):
            return number_text(answer, self.draft.language)
        return ""

    def number(self, answer: v.Answer, unit: v.Unit | None) -> Shape:
        label = unit_label(unit) if unit is not None else None
        return Shape(widget="number", value=self.typed(answer), unit=self.say(label))

    def parts(self, *inputs: Part | None) -> Shape:
        return Shape(widget="parts", parts=tuple(part for part in inputs if part is not None))

    def part(self, path: str, key: str, label: v.Text, widget: Widget, answer: object) -> Part:
        value = answer.get(key) if isinstance(answer, Mapping) else None
        told = self.say(label)
        return Part(
            name=input_name(f"{path}.{key}"),
            label=told[:1].upper() + told[1:],
            widget=widget,
            value=self.typed(value),
        )

    def chosen(
        self,
        path: str,
        key: str,
        label: v.Text,
        names: Mapping[str, v.Text],
        answer: object,
        default: str = "",
    ) -> Part:
        drawn = self.part(path, key, label, "choose", answer)
        choices = self.choices(names, {drawn.value or default})
        return Part(name=drawn.name, label=drawn.label, widget="choose", value=drawn.value, choices=choices)

    def unit(self, path: str, units: Sequence[v.Unit], answer: object) -> Part | None:
        """The choice of a unit; where there is only one, its name is told and an answer that names it keeps it."""
        names = {unit.code: unit_label(unit) or v.Text(unit.code, unit.code) for unit in units}
        if len(units) > 1:
            return self.chosen(path, "unit", UNIT, names, answer)
        drawn = self.part(path, "unit", UNIT, "computed", answer)
        told = " ".join(self.say(name) for name in names.values())
        return Part(name=drawn.name, label=told, widget="computed", value=drawn.value) if told else None

    def choices(self, names: Mapping[str, v.Text], chosen: set[str]) -> tuple[Choice, ...]:
        return tuple(
            Choice(value=value, label=self.say(label), chosen=value in chosen)
            for value, label in names.items()
        )

    def options(self, options: Sequence[v.Option], chosen: set[str]) -> tuple[Choice, ...]:
        """The options, and what was chosen and is none of them, so that it is not lost unseen."""
        known = {option.value: option.label for option in options}
        odd = {value: v.Text(value, value) for value in sorted(chosen - known.keys()) if value}
        return self.choices({**known, **odd}, chosen)

    def code(self, field: v.CodeField, answer: v.Answer) -> Shape:
        items = self.code_lists.get(field.code_list, ())
        typed = self.typed(answer)
        if len(items) <= MOST_CHOSEN_FROM:
            return Shape(widget="choose", choices=self.options(items, {typed}))
        names = {item.value: f"{self.say(item.label)} ({item.value})" for item in items}
        choices = tuple(Choice(value=name, label="") for name in names.values())
        return Shape(widget="search", value=names.get(typed, typed), choices=choices)

    def reading(self, field: v.ReadingField, path: str, answer: v.Answer) -> Shape:
        inputs = [
            self.chosen(path, "operator", readings.OPERATOR, OPERATOR_NAMES, answer, "="),
            self.part(path, "value", parts.VALUE, "number", answer),
            self.unit(path, field.units, answer),
            self.part(path, "detection_limit", readings.DETECTION_LIMIT, "number", answer),
        ]
        names = {option.value: option.label for option in field.categories}
        if names:
            inputs.append(self.chosen(path, "category", readings.CATEGORY, names, answer))
        return self.parts(*inputs)

    def series(self, field: v.SeriesField, path: str, answer: v.Answer) -> Shape:
        given = list(answer) if isinstance(answer, Sequence) and not isinstance(answer, str) else []
        asked = MORE if self.draft.longer == input_name(path) else SPARE
        spare = max(field.min_items - len(given), asked)
        values = [*(self.typed(value) for value in given), *[""] * spare][: field.max_items]
        numbers = [float(n) for n in given if isinstance(n, int | float) and not isinstance(n, bool)]
        return Shape(
            widget="series",
            values=tuple(values),
            unit=self.say(unit_label(field.unit)),
            shows=self.shown(field, numbers) if len(numbers) == len(given) else (),
            full=len(values) >= field.max_items,
        )

    def shown(self, field: v.SeriesField, numbers: Sequence[float]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (statistic, number_text(round(value, 2), self.draft.language))
            for statistic in field.shows
            if (value := statistic_of(statistic, numbers)) is not None
        )

    def file(self, field: v.FileField, path: str, answer: v.Answer) -> Shape:
        given = {file.id: v.Text(file.name, file.name) for file in self.draft.files.get(field.id, ())}
        chosen = self.typed(answer)
        odd = {chosen: v.Text(chosen, chosen)} if chosen and chosen not in given else {}
        return Shape(
            widget="file",
            choices=self.choices({**given, **odd}, {chosen}),
            upload=f"f.{input_name(path)}",
            accept=",".join(field.media),
        )

    def rows(self, field: v.RowsField, path: str, answer: v.Answer) -> Shape:
        given = list(answer) if isinstance(answer, Sequence) and not isinstance(answer, str) else []
        rows = tuple(self.row(field, path, number, row) for number, row in enumerate(given))
        blank = self.row(field, path, BLANK, {})
        return Shape(widget="rows", rows=rows, blank=blank, full=len(rows) >= field.max_rows)

    def row(self, field: v.RowsField, path: str, number: int, row: object) -> RowView:
        here = f"{path}[{number}]"
        return RowView(
            path=here,
            name=input_name(here),
            number=number,
            fields=self.fields(field.fields, row, f"{here}.", compact=True),
            said=said_about([f for f in self.draft.findings if f.path == here], self.draft.language),
        )


def statistic_of(statistic: v.Statistic, numbers: Sequence[float]) -> float | None:
    """What a series shows of itself; None of none, and where the mean of a spread is 0."""
    if not numbers:
        return None
    mean, low, high = sum(numbers) / len(numbers), min(numbers), max(numbers)
    match statistic:
        case v.Statistic.MEAN:
            return mean
        case v.Statistic.MINIMUM:
            return low
        case v.Statistic.MAXIMUM:
            return high
        case v.Statistic.RANGE:
            return high - low
        case v.Statistic.SPREAD:
            return (high - low) / mean * 100 if mean else None


def _listed(answer: v.Answer) -> set[str]:
    if isinstance(answer, str):
        return {answer}
    return {item for item in answer if isinstance(item, str)} if isinstance(answer, Sequence) else set()

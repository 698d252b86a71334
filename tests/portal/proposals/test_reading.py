"""What is typed and what is read: numbers, days, and the answers of every type of field."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ovop.contract import vocabulary as v
from ovop.contract.checker import compile_checker
from ovop.portal.proposals.fields import Draft, section_view, with_rows
from ovop.portal.proposals.figures import day_of, degrees_of, number_of, number_text
from ovop.portal.proposals.reading import NONE_OF_THEM, answers_of, code_of
from ovop.portal.proposals.views import pairs_of
from tests.core.contract.everything import ANSWERS, definition_of_every_type

DEFINITION = definition_of_every_type()
CHECKER = compile_checker(DEFINITION)
FIELDS = tuple(field for section in DEFINITION.form.sections for field in section.fields)


@pytest.mark.parametrize(
    ("typed", "language", "number"),
    [
        ("1.250,5", "id", 1250.5),
        ("1.250,5", "en", 1250.5),
        ("1,250.5", "id", 1250.5),
        ("1250.5", "id", 1250.5),
        ("1250,5", "en", 1250.5),
        ("1.250", "id", 1250),
        ("1.250", "en", 1.25),
        ("1,250", "id", 1.25),
        ("1,250", "en", 1250),
        ("0.125", "id", 0.125),
        ("1.250.000", "en", 1_250_000),
        ("15 000", "id", 15000),
        ("-7,5", "id", -7.5),
        ("lima", "id", None),
        ("1.2.3", "id", None),
        ("1.25,000.1", "id", None),
        ("", "id", None),
        ("9" * 41, "id", None),
    ],
)
def test_number_is_read_in_the_indonesian_and_in_the_english_way(
    typed: str, language: str, number: float | None
) -> None:
    assert number_of(typed, language) == number


def test_whole_number_stays_whole() -> None:
    assert isinstance(number_of("1.250", "id"), int)


@given(
    st.one_of(st.integers(-(10**15), 10**15), st.floats(allow_nan=False, allow_infinity=False)),
    st.sampled_from(["id", "en"]),
)
def test_number_written_into_an_input_is_read_back_the_same(number: float, language: str) -> None:
    assert number_of(number_text(number, language), language) == number


def test_coordinate_with_three_decimals_is_not_taken_for_thousands() -> None:
    assert degrees_of("-7.801") == -7.801
    assert degrees_of("110,364") == 110.364


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-03-09", "2026-03-09"),
        ("9/3/2026", "2026-03-09"),
        ("09-03-2026", "2026-03-09"),
        ("31/2/2026", None),
        ("besok", None),
    ],
)
def test_day_is_read_day_first_too(typed: str, day: str | None) -> None:
    assert day_of(typed) == day


def test_code_is_found_by_its_name_and_by_a_synonym_that_only_one_item_has() -> None:
    items = (
        v.Option(value="01", label=v.Text("Keripik", "Chips"), synonyms=("kerupuk", "camilan")),
        v.Option(value="02", label=v.Text("Kue", "Cake"), synonyms=("camilan",)),
    )
    assert code_of("chips", items) == "01"
    assert code_of("Keripik (01)", items) == "01"
    assert code_of("kerupuk", items) == "01"
    assert code_of("camilan", items) == "camilan"


def test_what_is_no_number_stays_as_typed_for_the_checker_to_word() -> None:
    answers = answers_of(
        FIELDS, [("a.pieces", "lima"), ("a.width.value", "dua"), ("a.width.unit", "cm")], language="id"
    )
    assert answers == {"pieces": "lima", "width": {"value": "dua", "unit": "cm"}}
    codes = {f.path: f.code for f in CHECKER.check(answers, partial=True)}
    assert codes == {"pieces": "wrong_type", "width.value": "wrong_type"}


def test_sign_or_unit_alone_is_no_answer() -> None:
    pairs = [
        ("a.lead.operator", "="),
        ("a.width.unit", "cm"),
        ("a.extent.unit", "inch"),
        ("a.shelf.unit", "day"),
    ]
    assert answers_of(FIELDS, pairs, language="id") == {}


def test_checklist_with_nothing_ticked_is_no_answer_and_the_box_for_none_is_one() -> None:
    assert answers_of(FIELDS, [], language="id") == {}
    assert answers_of(FIELDS, [("a.done", NONE_OF_THEM)], language="id") == {"done": []}
    assert answers_of(FIELDS, [("a.done", NONE_OF_THEM), ("a.done", "x")], language="id") == {"done": ["x"]}


def test_blank_rows_are_left_out_and_kept_only_to_be_shown_again() -> None:
    pairs = [("a.items.0._", "1"), ("a.items.1._", "1"), ("a.items.1.name0", "two"), ("a.items.7._", "1")]
    assert answers_of(FIELDS, pairs, language="id") == {"items": [{"name0": "two"}]}
    assert answers_of(FIELDS, pairs, language="id", keep_blank=True) == {"items": [{}, {"name0": "two"}, {}]}


def test_first_rows_are_offered_only_where_rows_are_asked_for() -> None:
    assert with_rows(FIELDS, {}, frozenset({"items"})) == {"items": [{}]}
    assert with_rows(FIELDS, {}, frozenset()) == {}


# What people may type. Texts have no outer blanks and no control characters, which no input keeps.
LINES = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=12).filter(
    lambda t: t.strip() == t
)
NUMBERS = st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e9, 1e9, allow_nan=False))
DAYS = st.dates().map(lambda day: day.isoformat())


def _object(
    required: dict[str, st.SearchStrategy[v.Answer]], **optional: st.SearchStrategy[v.Answer]
) -> st.SearchStrategy[v.Answer]:
    return st.fixed_dictionaries(required, optional=optional)


def _several(options: tuple[v.Option, ...], least: int) -> st.SearchStrategy[v.Answer]:
    values = [option.value for option in options]
    chosen = st.lists(st.sampled_from(values), unique=True, min_size=least)
    return chosen.map(lambda found: [value for value in values if value in found])


def answer_for(field: v.Field) -> st.SearchStrategy[v.Answer]:
    """Answers of a field as they are stored."""
    match field:
        case v.BooleanField():
            return st.booleans()
        case v.DeclarationField():
            return st.just(True)
        case v.IntegerField() | v.MoneyField():
            return st.integers(-(10**12), 10**12)
        case v.DecimalField() if len(field.units) > 1:
            return _object({"value": NUMBERS, "unit": st.sampled_from([u.code for u in field.units])})
        case v.DecimalField() | v.PercentField():
            return NUMBERS
        case v.DurationField():
            return _object({"value": NUMBERS, "unit": st.sampled_from(["day", "week", "month", "year"])})
        case v.DateField():
            return DAYS
        case v.SelectField():
            return st.sampled_from([option.value for option in field.options])
        case v.CodeField():
            return st.sampled_from(["red", "blue"])
        case v.GradeField():
            return st.sampled_from(field.scale)
        case v.MultiSelectField():
            return _several(field.options, 1)
        case v.ChecklistField():
            return _several(field.options, 0)
        case v.DimensionsField():
            unit = st.sampled_from([u.code for u in field.units])
            return _object({part.id: NUMBERS for part in field.parts} | {"unit": unit})
        case v.LocationField():
            return st.one_of(
                _object({"region": st.just("52.01")}),
                _object(
                    {
                        "region": st.just("52.01"),
                        "latitude": st.floats(-90, 90),
                        "longitude": st.floats(-180, 180),
                    }
                ),
            )
        case v.SeriesField():
            return st.lists(NUMBERS, min_size=1, max_size=8)
        case v.ReadingField():
            measured = {"value": NUMBERS, "operator": st.sampled_from(["=", "<", ">"])}
            return st.one_of(
                _object(measured, detection_limit=NUMBERS, unit=st.just("mg")),
                _object({"operator": st.just("nd")}, detection_limit=NUMBERS),
                _object({"category": st.just("negative")}),
            )
        case v.SampleField():
            return _object({"count": st.integers(0, 99)}, lot=LINES, expires_on=DAYS)
        case v.GroupField():
            return answers_for(field.fields).filter(bool)
        case v.RowsField():
            return st.lists(answers_for(field.fields).filter(bool), min_size=1, max_size=3)
        case _:
            return LINES


def answers_for(fields: tuple[v.Field, ...]) -> st.SearchStrategy[v.Answer]:
    """Answers of several fields, none of them needed."""
    optional: dict[str, st.SearchStrategy[v.Answer]] = {}
    for field in fields:
        if isinstance(field, v.ComputedField):
            continue
        optional[field.id] = answer_for(field)
        if isinstance(field, v.SelectField | v.MultiSelectField) and any(
            option.other for option in field.options
        ):
            optional[f"{field.id}_other"] = LINES
    return st.fixed_dictionaries({}, optional=optional)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answers_for(FIELDS), st.sampled_from(["id", "en"]))
def test_page_sent_back_untouched_gives_the_same_answers(answers: v.Answers, language: str) -> None:
    draft = Draft(
        language=language,
        definition=DEFINITION,
        evaluation=CHECKER.evaluate(answers, partial=True),
        findings=(),
        files={},
    )
    views = section_view(FIELDS, answers, draft)
    read = answers_of(FIELDS, pairs_of(views), language=language, code_lists=DEFINITION.code_lists)
    assert read == answers


def test_answers_of_every_type_are_drawn_and_read_back() -> None:
    draft = Draft(
        language="id", definition=DEFINITION, evaluation=CHECKER.evaluate(ANSWERS), findings=(), files={}
    )
    views = section_view(FIELDS, ANSWERS, draft)  # type: ignore[arg-type]  # the example is typed loosely
    read = answers_of(FIELDS, pairs_of(views), language="id", code_lists=DEFINITION.code_lists)
    assert read == ANSWERS
    assert {view.type for view in views} == {str(field.__struct_config__.tag) for field in FIELDS}

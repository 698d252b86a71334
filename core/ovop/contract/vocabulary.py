"""The words in which a commodity speaks: manifest, form, evidence, rubric, gates, guidance, tables and examples.

A definition is data. It is read from a commodity's folder, checked as a whole, and stored byte for byte when a cycle opens, so every
Struct here is frozen, refuses unknown keys, and leaves defaults out of its encoding: a later contract version may add an optional key
without changing the bytes of a definition that does not use it.

A `Rule` is an expression in CEL over the fields of the form, the facts (`facts.today`) and the evidence (`evidence.lab_report`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

CONTRACT_VERSION = "1.0"
"""Version of this vocabulary, its rules and the hooks; a manifest states the range that it was written for."""

Identifier: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Code: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]{0,39}$")]
Rule: TypeAlias = Annotated[str, Meta(min_length=1, max_length=2000)]
Weight: TypeAlias = Annotated[float, Meta(gt=0, le=100)]

Answer: TypeAlias = "str | int | float | bool | None | Sequence[Answer] | Mapping[str, Answer]"
Answers: TypeAlias = "Mapping[str, Answer]"
FactValue: TypeAlias = "str | int | float | bool | date | Sequence[str]"
Facts: TypeAlias = "Mapping[str, FactValue]"


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all that stands in a definition."""


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """A text in Bahasa Indonesia and in English; both are needed."""

    id: Annotated[str, Meta(min_length=1)]
    en: Annotated[str, Meta(min_length=1)]

    def in_language(self, language: str) -> str:
        """The English text for `en`, the Indonesian one for anything else."""
        return self.en if language == "en" else self.id


class Severity(StrEnum):
    """`error` stops a submission, `warning` asks to look again, `info` only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Status(StrEnum):
    """Where a rule or number comes from: a named source, or our own proposal that the ministry may change."""

    SOURCED = "sourced"
    PROPOSED = "proposed"


class Finding(Struct, frozen=True, kw_only=True):
    """One thing to correct or to look at. `path` names the field (`dyes[2].dose`; rows count from 0) or is empty for the whole."""

    path: str
    code: str
    severity: Severity = Severity.ERROR
    message: Text
    remedy: Text
    section: str = ""


class Unit(Part, frozen=True, kw_only=True):
    """A unit that an answer may carry. The first of a field's units is the stored one; the others convert to it.

    Stored value = value x factor, or factor / value where `inverse` (yarn counts: tex = 590.5 / Ne).
    """

    code: Code
    label: Text | None = None
    factor: Annotated[float, Meta(gt=0)] = 1.0
    inverse: bool = False


class Option(Part, frozen=True, kw_only=True):
    """One choice. `other` asks for a text beside it; `exclusive` stands alone; `synonyms` are found by search."""

    value: Code
    label: Text
    other: bool = False
    exclusive: bool = False
    synonyms: tuple[str, ...] = ()


class Check(Part, frozen=True, kw_only=True):
    """A rule that must hold. It is judged only when every single-valued field that it reads has an answer."""

    rule: Rule
    code: Identifier
    message: Text
    remedy: Text
    severity: Severity = Severity.ERROR
    status: Status = Status.SOURCED
    source: str = ""


class PersonalData(StrEnum):
    """How far an answer tells about a person. It is declared, frozen and served with the form; no view masks answers by it yet."""

    NONE = "none"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class FieldBase(Part, tag_field="type", frozen=True, kw_only=True):
    """What every field has. `required` is a truth value or a rule; a field hidden by `show_if` is neither asked nor judged.

    `public` may appear in the catalogue, `blind` is kept from assessors because it reveals the maker.
    """

    id: Identifier
    label: Text
    help: Text | None = None
    required: bool | Rule = True
    show_if: Rule | None = None
    checks: tuple[Check, ...] = ()
    public: bool = False
    blind: bool = False
    personal: PersonalData = PersonalData.NONE
    status: Status = Status.SOURCED
    source: str = ""


class TextField(FieldBase, tag="text", frozen=True, kw_only=True):
    """One line. Lengths count characters after trimming."""

    min_length: int = 1
    max_length: int = 200
    pattern: str | None = None
    example: str = ""


class LongTextField(FieldBase, tag="longtext", frozen=True, kw_only=True):
    """Several lines. Lengths count characters after trimming."""

    min_length: int = 1
    max_length: int = 5000


class IntegerField(FieldBase, tag="integer", frozen=True, kw_only=True):
    """A whole number within [minimum, maximum]."""

    minimum: int | None = None
    maximum: int | None = None
    unit: Unit | None = None


class DecimalField(FieldBase, tag="decimal", frozen=True, kw_only=True):
    """A number within [minimum, maximum] of the stored unit. With two or more units the answer is {value, unit}, otherwise a number."""

    minimum: float | None = None
    maximum: float | None = None
    units: tuple[Unit, ...] = ()


class MoneyField(FieldBase, tag="money", frozen=True, kw_only=True):
    """An amount in whole units of `currency`."""

    minimum: int = 0
    maximum: int | None = None
    currency: str = "IDR"


class PercentField(FieldBase, tag="percent", frozen=True, kw_only=True):
    """A share from 0 to 100."""

    minimum: float = 0.0
    maximum: float = 100.0


class DateField(FieldBase, tag="date", frozen=True, kw_only=True):
    """A calendar day, `YYYY-MM-DD`. `not_after_today` and `not_before_today` are judged by the fact `today`."""

    not_after_today: bool = False
    not_before_today: bool = False


class DurationField(FieldBase, tag="duration", frozen=True, kw_only=True):
    """A length of time {value, unit}; the unit is day, week, month or year, stored in days (30.4375 a month, 365.25 a year)."""

    minimum_days: float | None = None
    maximum_days: float | None = None


class BooleanField(FieldBase, tag="boolean", frozen=True, kw_only=True):
    """Yes or no."""


class SelectField(FieldBase, tag="select", frozen=True, kw_only=True):
    """One of the options. The text beside an `other` option is the answer `<id>_other`."""

    options: tuple[Option, ...]


class MultiSelectField(FieldBase, tag="multiselect", frozen=True, kw_only=True):
    """One or more of the options. The text beside an `other` option is the answer `<id>_other`."""

    options: tuple[Option, ...]
    min_items: int = 1
    max_items: int | None = None


class CodeField(FieldBase, tag="code", frozen=True, kw_only=True):
    """One code of a versioned code list of the definition."""

    code_list: Identifier


class GradeField(FieldBase, tag="grade", frozen=True, kw_only=True):
    """A grade on an ordered scale of codes such as 1, 1-2, 2 ... 5, listed from worst to best.

    In rules a grade is a number: that of its code, half a step more for a code that spans two (`3-4` is 3.5).
    """

    scale: tuple[str, ...] = ("1", "1-2", "2", "2-3", "3", "3-4", "4", "4-5", "5")


class Dimension(Part, frozen=True, kw_only=True):
    """One part of a size, within [minimum, maximum] of the stored unit."""

    id: Identifier
    label: Text
    minimum: float | None = None
    maximum: float | None = None


class DimensionsField(FieldBase, tag="dimensions", frozen=True, kw_only=True):
    """Named numbers that belong together (length x width, warp / weft): {part: number}, and `unit` where there are several units."""

    parts: tuple[Dimension, ...]
    units: tuple[Unit, ...]


class DeclarationField(FieldBase, tag="declaration", frozen=True, kw_only=True):
    """A statement that the applicant accepts; only `true` answers it."""

    statement: Text


class ChecklistField(FieldBase, tag="checklist", frozen=True, kw_only=True):
    """The items that are fulfilled. Unlike a multiple choice, none is an answer too."""

    options: tuple[Option, ...]


class LocationField(FieldBase, tag="location", frozen=True, kw_only=True):
    """A place: {region: village, district or regency code, latitude, longitude}; the coordinates may be absent."""


class GroupField(FieldBase, tag="group", frozen=True, kw_only=True):
    """Several fields under one label."""

    fields: tuple[Field, ...]


class RowsField(FieldBase, tag="rows", frozen=True, kw_only=True):
    """A repeating group; rows may nest one level. Rules about one row see its columns as variables and the form's fields beside them.

    `ordered` keeps the order given as part of the answer. `unique` names columns whose values together may occur once. `one_per` names a
    select column of which every option must have its row.
    """

    fields: tuple[Field, ...]
    min_rows: int = 1
    max_rows: int = 50
    ordered: bool = False
    unique: tuple[Identifier, ...] = ()
    one_per: Identifier | None = None
    row_checks: tuple[Check, ...] = ()


class Statistic(StrEnum):
    """What a series shows of itself. `spread` is (maximum - minimum) / mean, in percent."""

    MEAN = "mean"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    RANGE = "range"
    SPREAD = "spread"


class SeriesField(FieldBase, tag="series", frozen=True, kw_only=True):
    """Repeated measurements of one thing: a list of numbers within [minimum, maximum] of the unit."""

    unit: Unit
    min_items: int = 1
    max_items: int = 200
    minimum: float | None = None
    maximum: float | None = None
    shows: tuple[Statistic, ...] = (Statistic.MEAN,)


class ReadingField(FieldBase, tag="reading", frozen=True, kw_only=True):
    """A laboratory value {operator: = < > nd, value, unit, detection_limit} or {category}: `<0.01`, `nd`, `negative in 25 g`."""

    units: tuple[Unit, ...] = ()
    categories: tuple[Option, ...] = ()


class IdentifierField(FieldBase, tag="identifier", frozen=True, kw_only=True):
    """A number issued by somebody. `parts` decodes it: name -> capture group of the pattern, compared in rules as `<id>_parts.<name>`."""

    pattern: str
    example: str
    parts: Mapping[Identifier, int] = field(default_factory=dict)


class FileField(FieldBase, tag="file", frozen=True, kw_only=True):
    """A file that belongs to one row or group; the answer is the id of an evidence file of the submission."""

    media: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png", "image/webp")


ComputedType: TypeAlias = Literal["boolean", "integer", "decimal", "text", "list", "date"]


class ComputedField(FieldBase, tag="computed", frozen=True, kw_only=True):
    """A value that follows from other answers; never typed in. Computed fields may read each other, but not in a circle.

    A field of the form without a `rule` gets its value from the commodity's code (hook `derive_fields`); examples state it as the fact
    `derived_<id>`.
    """

    result: ComputedType
    rule: Rule | None = None
    unit: Unit | None = None
    required: bool | Rule = False


class SampleField(FieldBase, tag="sample", frozen=True, kw_only=True):
    """A physical sample that is handed in later: {count, lot, expires_on}; its custody is the kernel's business."""

    minimum_count: int = 1
    perishable: bool = False


class ReferenceField(FieldBase, tag="reference", frozen=True, kw_only=True):
    """The id of another record: a product, an earlier submission or an enterprise."""

    to: Literal["submission", "enterprise", "industry_centre"]


Field: TypeAlias = (
    TextField
    | LongTextField
    | IntegerField
    | DecimalField
    | MoneyField
    | PercentField
    | DateField
    | DurationField
    | BooleanField
    | SelectField
    | MultiSelectField
    | CodeField
    | GradeField
    | DimensionsField
    | DeclarationField
    | ChecklistField
    | LocationField
    | GroupField
    | RowsField
    | SeriesField
    | ReadingField
    | IdentifierField
    | FileField
    | ComputedField
    | SampleField
    | ReferenceField
)


class Section(Part, frozen=True, kw_only=True):
    """A page of the form, and the unit in which a submission is returned for correction."""

    id: Identifier
    title: Text
    intro: Text | None = None
    show_if: Rule | None = None
    fields: tuple[Field, ...] = ()


class EvidenceRole(Part, frozen=True, kw_only=True):
    """A picture or document that must be there on its own: the reverse side, the label, the ruler in the frame.

    `blind` keeps this role alone from assessors, such as a stamp on the base or a label that names the maker; the other roles of the
    evidence stay visible. A file of no stated role is kept from them as well where its evidence has a blind role.
    """

    id: Identifier
    label: Text
    minimum: int = 1
    required: bool | Rule = True
    ruler: bool = False
    blind: bool = False


class EvidenceKind(StrEnum):
    DOCUMENT = "document"
    PHOTO = "photo"
    VIDEO = "video"


class Evidence(Part, frozen=True, kw_only=True):
    """A document, set of photos or video that backs the form. Age and expiry are judged on the day that the fact `today` states.

    `asks` lists what is typed in beside the file. `needed_from_points` says from which total the evidence is needed: it is not asked at
    submission, but the applicant is told.
    """

    id: Identifier
    label: Text
    section: Identifier
    kind: EvidenceKind = EvidenceKind.DOCUMENT
    help: Text | None = None
    required: bool | Rule = True
    show_if: Rule | None = None
    roles: tuple[EvidenceRole, ...] = ()
    min_files: int = 1
    max_files: int = 10
    media: tuple[str, ...] = ()
    max_megabytes: Annotated[float, Meta(gt=0, le=500)] = 10.0
    min_pixels: int = 0
    min_seconds: int = 0
    asks: tuple[Literal["number", "issuer", "issued_on", "expires_on"], ...] = ()
    number_pattern: str | None = None
    number_example: str = ""
    number_severity: Severity = Severity.ERROR
    max_age_months: int | None = None
    needed_from_points: float | None = None
    public: bool = False
    blind: bool = False
    status: Status = Status.SOURCED
    source: str = ""


AnswerPath: TypeAlias = Annotated[
    str, Meta(pattern=r"^(evidence\.)?[a-z][a-z0-9_]{0,59}(\.[a-z][a-z0-9_]{0,59}){0,2}$")
]


class Upcast(Part, frozen=True, kw_only=True):
    """How answers given under one major version are read in the next one: one step of a chain that ends at the form's own version.

    Paths are `field`, `group.field`, `rows.column` (for every row) or `evidence.id`. `rename` maps an old path to its new one, `drop` lists
    old paths that are left behind; `recode` names a field by its new path and maps old option values to new ones. What is not named
    keeps its path; a text beside an option (`<id>_other`) goes with its field.
    """

    from_major: Annotated[int, Meta(ge=1)]
    rename: Mapping[AnswerPath, AnswerPath] = field(default_factory=dict)
    recode: Mapping[AnswerPath, Mapping[str, str]] = field(default_factory=dict)
    drop: tuple[AnswerPath, ...] = ()


class Form(Part, frozen=True, kw_only=True):
    """Sections with their fields, the evidence, checks that span the whole form, and the way from earlier major versions to this one."""

    sections: Annotated[tuple[Section, ...], Meta(min_length=1)] = field(name="section")
    evidence: tuple[Evidence, ...] = ()
    checks: tuple[Check, ...] = field(default=(), name="check")
    upcasts: tuple[Upcast, ...] = field(default=(), name="upcast")


class Aim(StrEnum):
    """What a criterion serves: the programme's three principles and the product criteria of every cycle."""

    LOCAL_YET_GLOBAL = "local_yet_global"
    SELF_RELIANCE_AND_CREATIVITY = "self_reliance_and_creativity"
    HUMAN_RESOURCE_DEVELOPMENT = "human_resource_development"
    REGIONAL_FLAGSHIP = "regional_flagship"
    UNIQUE = "unique"
    LOCAL_MATERIAL = "local_material"
    MARKET = "market"
    QUALITY = "quality"
    CONTINUITY = "continuity"


class Anchor(Part, frozen=True, kw_only=True):
    """What a level of a criterion looks like; levels without an anchor lie between their neighbours."""

    level: Annotated[int, Meta(ge=0, le=100)]
    text: Text


class AnchorSet(Part, frozen=True, kw_only=True):
    """Anchors that replace the general ones while `when` holds."""

    when: Rule
    anchors: tuple[Anchor, ...]


class Band(Part, frozen=True, kw_only=True):
    """The level that the answers themselves give; the first band whose rule holds counts."""

    level: Annotated[int, Meta(ge=0, le=100)]
    when: Rule


class Criterion(Part, frozen=True, kw_only=True):
    """One line of the score sheet. Points = weight x level / scale maximum.

    Where `applies_if` does not hold, the weight moves to the groups of `redistribute_to` (all others when empty), in proportion to their weights.
    """

    id: Code
    name: Text
    weight: Weight
    anchors: tuple[Anchor, ...]
    anchors_when: tuple[AnchorSet, ...] = ()
    bands: tuple[Band, ...] = ()
    applies_if: Rule | None = None
    redistribute_to: tuple[Code, ...] = ()
    backed_by: tuple[Identifier, ...] = ()
    serves: tuple[Aim, ...] = ()
    panel: bool = False
    status: Status = Status.PROPOSED
    source: str = ""


class CriterionGroup(Part, frozen=True, kw_only=True):
    """Criteria under one heading; their weights add up to the group's."""

    id: Code
    name: Text
    weight: Weight
    criteria: Annotated[tuple[Criterion, ...], Meta(min_length=1)] = field(name="criterion")


class GateEffect(StrEnum):
    """`block`: not eligible while it holds; `cap`: total limited to `cap_points`; `return`: back to the applicant for correction."""

    BLOCK = "block"
    CAP = "cap"
    RETURN = "return"


class Gate(Part, frozen=True, kw_only=True):
    """A condition that acts before the star bands, judged anew on every change."""

    id: Code
    when: Rule
    effect: GateEffect
    message: Text
    remedy: Text
    cap_points: Annotated[float, Meta(ge=0, le=100)] | None = None
    sections: tuple[Identifier, ...] = ()
    legal_basis: str = ""
    status: Status = Status.SOURCED


class Rubric(Part, frozen=True, kw_only=True):
    """The score sheet: groups whose weights add up to 100, levels from 0 to `scale_max`."""

    groups: Annotated[tuple[CriterionGroup, ...], Meta(min_length=1)] = field(name="group")
    scale_max: Annotated[int, Meta(ge=1, le=100)] = 5


class CodeList(Part, frozen=True, kw_only=True):
    """A versioned list of codes."""

    id: Identifier
    version: str
    items: Annotated[tuple[Option, ...], Meta(min_length=1)] = field(name="item")
    source: str = ""


class LimitRow(Part, frozen=True, kw_only=True):
    """A limit for one combination of keys. A combination without a row means "check by hand", never a silent pass."""

    key: tuple[str, ...]
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    level: str = ""
    source: str = ""
    status: Status = Status.SOURCED


class LimitTable(Part, frozen=True, kw_only=True):
    """A versioned table of limits (market x class x parameter), read in rules by `limit_max('table', [keys])` and its siblings."""

    id: Identifier
    name: Text
    version: str
    keys: Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    rows: tuple[LimitRow, ...] = field(default=(), name="row")
    source: str = ""


class Criteria(Part, frozen=True, kw_only=True):
    """What `criteria.toml` holds."""

    rubric: Rubric
    gates: tuple[Gate, ...] = field(default=(), name="gate")
    limit_tables: tuple[LimitTable, ...] = field(default=(), name="limit_table")
    code_lists: tuple[CodeList, ...] = field(default=(), name="code_list")


class Theme(StrEnum):
    QUALITY = "quality"
    DESIGN = "design"
    STORY = "story"
    MARKET = "market"
    PACKAGING = "packaging"
    PEOPLE = "people"


class GuidanceKind(StrEnum):
    STEP = "step"
    SUCCESS_STORY = "success_story"


class ConsentBasis(StrEnum):
    """`written`: the maker signed a consent that is kept on file; `published`: the story retells what the maker himself made public."""

    WRITTEN = "written"
    PUBLISHED = "published"


class Consent(Part, frozen=True, kw_only=True):
    """By what right a story about a maker is told: who is told of, the basis, and where that is recorded (file number or publication)."""

    maker: Annotated[str, Meta(min_length=1)]
    basis: ConsentBasis
    record: Annotated[str, Meta(min_length=1)]
    given_on: date | None = None


class Guidance(Part, frozen=True, kw_only=True):
    """One piece of product-development advice, shown for `criteria` scored at or below `threshold`, or beside `fields` of the form.

    A success story is a kind of its own and needs the `consent` of the maker whom it tells of.
    """

    id: Identifier
    title: Text
    body: Text
    theme: Theme
    kind: GuidanceKind = GuidanceKind.STEP
    criteria: tuple[Code, ...] = ()
    fields: tuple[Identifier, ...] = ()
    threshold: int = 2
    provider: Text | None = None
    source: str = ""
    consent: Consent | None = None
    status: Status = Status.SOURCED


class EvidenceItem(Part, frozen=True, kw_only=True):
    """A file that was handed in, as rules and hooks see it: what it is for, and what was said and found about it."""

    evidence: Identifier
    id: str = ""
    role: str = ""
    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    media_type: str = ""
    size_bytes: int = 0
    width_px: int = 0
    height_px: int = 0
    seconds: float = 0.0
    sha256: str = ""


class ExampleKind(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    SCORED = "scored"


class ExpectedFinding(Part, frozen=True, kw_only=True):
    path: str
    code: str
    severity: Severity = Severity.ERROR


class Example(Part, frozen=True, kw_only=True):
    """A worked example, which is a test of its commodity.

    `valid` has no finding of severity error; `invalid` has exactly the findings named (errors and warnings); `scored` also states the
    levels given by an assessor, the gates that act and the total expected, to two decimals.
    """

    id: Identifier
    title: Text
    kind: ExampleKind
    facts: Mapping[str, object]
    answers: Mapping[str, object]
    evidence: tuple[EvidenceItem, ...] = ()
    findings: tuple[ExpectedFinding, ...] = field(default=(), name="finding")
    levels: Mapping[str, int] = field(default_factory=dict)
    gates: tuple[str, ...] = ()
    total: float | None = None


class KbliCode(Part, frozen=True, kw_only=True):
    """A business classification code; the same digits mean different things in different editions."""

    edition: Literal["2020", "2025"]
    code: Annotated[str, Meta(pattern=r"^\d{2,5}$")]


class Fact(StrEnum):
    """What the kernel tells a commodity about the world; stored with every check, so that a replay gives the same answer."""

    TODAY = "today"
    ENTERPRISE_SIZE = "enterprise_size"
    REGENCY = "regency"
    PROVINCE = "province"
    KBLI = "kbli"
    CENTRE_MEMBERS = "centre_members"


class Manifest(Part, frozen=True, kw_only=True):
    """Who a commodity is. `code` stands in submission numbers; `version` is major.minor; `contract` a range such as `>=1.0,<2`."""

    id: Identifier
    code: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
    version: Annotated[str, Meta(pattern=r"^\d+\.\d+$")]
    contract: str
    name: Text
    summary: Text
    owner: Text
    kbli: Annotated[tuple[KbliCode, ...], Meta(min_length=1)]
    facts: tuple[Fact, ...] = (Fact.TODAY,)
    card_fields: tuple[Identifier, ...] = ()
    sources: tuple[str, ...] = ()


class Definition(Part, frozen=True, kw_only=True):
    """A whole commodity as data: what a cycle freezes."""

    manifest: Manifest
    form: Form
    rubric: Rubric
    gates: tuple[Gate, ...] = ()
    limit_tables: tuple[LimitTable, ...] = ()
    code_lists: tuple[CodeList, ...] = ()
    guidance: tuple[Guidance, ...] = ()
    examples: tuple[Example, ...] = ()


class SubmissionView(Struct, frozen=True, kw_only=True):
    """What a hook is shown of a submission: copies, never the kernel's own objects."""

    commodity: str
    version: str
    answers: Answers
    evidence: tuple[EvidenceItem, ...] = ()
    facts: Facts = field(default_factory=dict)
    product_name: str = ""


class ScoreHint(Struct, frozen=True, kw_only=True):
    """Advice to assessors on one criterion: the level that the answers suggest, and why."""

    criterion: str
    level: int
    reason: Text


class CatalogueCard(Struct, frozen=True, kw_only=True):
    """What the public catalogue shows of a designated product."""

    title: str
    lines: tuple[Text, ...] = ()

"""What a hook's answer may be: of the declared type, and about the commodity's own things. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from enum import StrEnum
from typing import NewType

import msgspec

from ovop.contract.derived import derived_fields, fits
from ovop.contract.judging.wordings import WORDINGS
from ovop.contract.vocabulary import (
    CatalogueCard,
    Definition,
    Field,
    Finding,
    GroupField,
    RowsField,
    ScoreHint,
)

Milliseconds = NewType("Milliseconds", float)

TYPES: Mapping[str, object] = {
    "validate_submission": tuple[Finding, ...] | None,
    "derive_fields": dict[str, object] | None,
    "score_hints": tuple[ScoreHint, ...] | None,
    "advise": tuple[str, ...] | None,
    "upcast": dict[str, object] | None,
    "catalogue_card": CatalogueCard | None,
}
"""What each hook answers, as it is read from the worker."""

RESERVED_CODES = frozenset(
    {code.partition(".")[0] for code in WORDINGS}
    | {"nib_missing", "kbli_does_not_fit", "centre_missing", "centre_small", "centre_ended"}
    | {"consent_missing", "section_closed", "nul_character", "unforeseen", "malformed", "unusable"}
)
"""Codes by which the contract and the kernel speak for themselves."""
RESERVED_BEGINNING = "gate_"
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
INDEX = re.compile(r"\[\d+\]")
FILE = re.compile(r"\[(#\d+|[a-z][a-z0-9_]*)\]")


class Outcome(StrEnum):
    """How asking a hook went. All but the first three are failures."""

    ANSWERED = "answered"
    SLOW = "slow"
    UNASKED = "unasked"
    RAISED = "raised"
    WRONG_ANSWER = "wrong_answer"
    FORBIDDEN = "forbidden"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    DIED = "died"
    BROKEN = "broken"
    RESTING = "resting"
    BUSY = "busy"
    MISSING = "missing"


class HookAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a hook returned, or why it did not. `value` is None where it has nothing to add or does not exist.

    `failure` begins with a class name or a word and may go on with the text of an exception, which may quote answers: it is for the author
    of the commodity, not for a log. `asked`: the code was run. `printed`: what it printed.
    """

    value: object = None
    outcome: Outcome = Outcome.UNASKED
    failure: str = ""
    elapsed_ms: Milliseconds = Milliseconds(0.0)
    asked: bool = False
    budget_ms: int = 0
    printed: str = ""

    @property
    def slow(self) -> bool:
        """Whether the hook took longer than its budget; kept apart from failure, because the answer is complete."""
        return self.outcome is Outcome.SLOW

    @property
    def cause(self) -> str:
        """The failure without anything that could quote an answer."""
        return self.failure.partition(":")[0]


class WrongAnswer(ValueError):
    """A hook answered something else than its specification says."""


class Namespace:
    """The names that a commodity's hooks may speak of: its own."""

    def __init__(self, definition: Definition) -> None:
        sections = definition.form.sections
        fields = [field for section in sections for field in section.fields]
        self.sections = frozenset(section.id for section in sections)
        self.top = frozenset(field.id for field in fields)
        self.paths = frozenset(_paths(fields, ""))
        self.derived = {field.id: field.result for field in derived_fields(definition)}
        self.evidence = frozenset(evidence.id for evidence in definition.form.evidence)
        self.criteria = frozenset(c.id for group in definition.rubric.groups for c in group.criteria)
        self.scale_max = definition.rubric.scale_max
        self.guidance = frozenset(guidance.id for guidance in definition.guidance)

    def knows_path(self, path: str) -> bool:
        """Whether a finding's path names a field of the form (`dyes[2].dose`), evidence (`evidence.photos[label]`), or the whole."""
        if not path:
            return True
        if path.startswith("evidence."):
            return FILE.sub("", path.removeprefix("evidence."), count=1) in self.evidence
        return INDEX.sub("", path) in self.paths


def read_answer(hook: str, content: bytes | msgspec.Raw, names: Namespace) -> object:
    """The value of an answer. Raises `WrongAnswer` where its type is not the declared one or it speaks of what is not the commodity's."""
    try:
        value: object = msgspec.json.decode(content, type=TYPES[hook])
    except msgspec.MsgspecError as error:
        raise WrongAnswer(str(error)) from error
    if value is not None and (fault := next(_faults(hook, value, names), "")):
        raise WrongAnswer(fault)
    return value


def _faults(hook: str, value: object, names: Namespace) -> Iterator[str]:
    """What an answer says of what is not its own. An `upcast` may pass on what the form no longer knows: the kernel lists it as left behind."""
    match hook:
        case "validate_submission":
            assert isinstance(value, tuple)  # noqa: S101  # decoded as such
            for finding in value:
                yield from _finding_faults(finding, names)
        case "score_hints":
            assert isinstance(value, tuple)  # noqa: S101  # decoded as such
            for hint in value:
                yield from _hint_faults(hint, names)
        case "advise":
            assert isinstance(value, tuple)  # noqa: S101  # decoded as such
            yield from _strangers("guidance", value, names.guidance)
        case "derive_fields":
            assert isinstance(value, dict)  # noqa: S101  # decoded as such
            yield from _strangers("derived field", value, names.derived.keys())
            yield from _misfits(value, names)
        case _:
            return


def _finding_faults(finding: Finding, names: Namespace) -> Iterator[str]:
    if finding.code in RESERVED_CODES or finding.code.startswith(RESERVED_BEGINNING):
        yield f"the code `{finding.code}` is the platform's own"
    elif not CODE.fullmatch(finding.code):
        yield "a code that is no identifier"
    if not names.knows_path(finding.path):
        yield "a path that names no field of the form"
    if finding.section and finding.section not in names.sections:
        yield "a section that the form does not have"


def _hint_faults(hint: ScoreHint, names: Namespace) -> Iterator[str]:
    yield from _strangers("criterion", (hint.criterion,), names.criteria)
    if not 0 <= hint.level <= names.scale_max:
        yield f"a level outside 0 to {names.scale_max}"


def _misfits(values: Mapping[str, object], names: Namespace) -> Iterator[str]:
    for name, value in values.items():
        if name in names.derived and value is not None and not fits(names.derived[name], value):
            yield f"a value of `{name}` that is no {names.derived[name]}"


def _strangers(what: str, given: Iterable[str], own: Set[str]) -> Iterator[str]:
    if strangers := sorted(set(given) - own):
        yield f"no {what} of this commodity: {', '.join(strangers)}"


def _paths(fields: Iterable[Field], before: str) -> Iterator[str]:
    for field in fields:
        yield before + field.id
        yield f"{before}{field.id}_other"
        if isinstance(field, GroupField | RowsField):
            yield from _paths(field.fields, f"{before}{field.id}.")
        else:
            yield from (f"{before}{field.id}.{part}" for part in _parts_of(field))


def _parts_of(field: Field) -> tuple[str, ...]:
    """The keys inside an answer that a finding may point at."""
    match type(field).__struct_config__.tag:
        case "dimensions":
            return tuple(part.id for part in getattr(field, "parts", ()))
        case "location":
            return ("region", "latitude", "longitude")
        case "sample":
            return ("count", "lot", "expires_on")
        case "decimal" | "duration" | "reading":
            return ("value", "unit", "operator", "category", "detection_limit")
        case _:
            return ()

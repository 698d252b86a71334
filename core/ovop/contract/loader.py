"""Reads a commodity's folder, and the frozen form of a definition.

commodity.toml  form.toml  criteria.toml  guidance/*.md  examples/*.toml
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from ovop.contract import kept
from ovop.contract import vocabulary as v
from ovop.contract.consistency import inconsistencies
from ovop.contract.errors import DefinitionError, Fault
from ovop.contract.places import CRITERIA, FORM, MANIFEST
from ovop.contract.rules.compiled import compile_rules
from ovop.contract.structure import convert, plain_reason
from ovop.contract.toml_lines import TomlLines, lines_of

_S = TypeVar("_S")
_FENCE = "+++"
_HEADINGS = {"# Bahasa Indonesia": "id", "# English": "en"}


def load_definition(folder: Path) -> v.Definition:
    """The definition in a folder, checked as a whole; DefinitionError carries all faults with file, place, line and caret.

    One that was sound before, and of which no file has changed, is taken as it was kept (`kept`).
    """
    mark = kept.fingerprint(folder)
    known = kept.kept(folder, mark)
    if known is not None:
        return known
    files = _Files(folder)
    definition = _read(files)
    faults = faults_of(definition)
    if faults:
        raise DefinitionError([files.locate(fault) for fault in faults])
    kept.keep(folder, mark, encode(definition))
    return definition


def located(folder: Path, faults: Iterable[Fault]) -> list[Fault]:
    """Faults of a definition that was loaded from a folder, with file and line: for what is judged after loading."""
    files = _Files(folder)
    _read(files)
    return [files.locate(fault) for fault in faults]


def _read(files: _Files) -> v.Definition:
    manifest = files.toml(MANIFEST, f"{MANIFEST}.toml", v.Manifest)
    form = files.toml(FORM, f"{FORM}.toml", v.Form)
    criteria = files.toml(CRITERIA, f"{CRITERIA}.toml", v.Criteria)
    guidance = [files.guidance(number, path) for number, path in files.listed("guidance", "*.md")]
    examples = [files.example(number, path) for number, path in files.listed("examples", "*.toml")]
    if files.faults or manifest is None or form is None or criteria is None:
        raise DefinitionError(files.faults)
    return v.Definition(
        manifest=manifest,
        form=form,
        rubric=criteria.rubric,
        gates=criteria.gates,
        limit_tables=criteria.limit_tables,
        code_lists=criteria.code_lists,
        guidance=tuple(item for item in guidance if item),
        examples=tuple(item for item in examples if item),
    )


def faults_of(definition: v.Definition) -> list[Fault]:
    """Every fault of a definition whose parts fit the vocabulary: dangling names, weights, rules and the like."""
    faults = inconsistencies(definition)
    try:
        compile_rules(definition)
    except DefinitionError as error:
        faults.extend(error.faults)
    return faults


def read_manifest(folder: Path) -> v.Manifest:
    """The manifest alone, for listing a commodity; DefinitionError carries its faults."""
    files = _Files(folder)
    manifest = files.toml(MANIFEST, f"{MANIFEST}.toml", v.Manifest)
    if manifest is None:
        raise DefinitionError(files.faults)
    return manifest


def encode(definition: v.Definition) -> bytes:
    """The canonical form that a cycle freezes: JSON with sorted keys and without defaults."""
    return msgspec.json.encode(definition, order="sorted")


def decode(data: bytes) -> v.Definition:
    """The definition of a frozen form; DefinitionError if it does not fit the vocabulary."""
    try:
        return msgspec.json.decode(data, type=v.Definition)
    except msgspec.DecodeError as error:
        raise DefinitionError([Fault(path="", reason=plain_reason(str(error)))]) from None


def digest(data: bytes) -> str:
    """SHA-256 of a frozen form, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@dataclass
class _Source:
    """One file of the folder: its name as shown, and its TOML, whose lines are looked for only when there is a fault to show."""

    name: str
    text: str
    first_line: int

    @cached_property
    def lines(self) -> TomlLines:
        return lines_of(self.text, self.first_line)


class _Files:
    """The files of a folder as they are read; keeps faults, and where each part of the definition came from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.sources: dict[str, _Source] = {}

    def listed(self, name: str, pattern: str) -> Iterable[tuple[int, Path]]:
        """The files of a sub-folder in the order of their names, numbered."""
        return enumerate(sorted((self.folder / name).glob(pattern)))

    def text(self, path: Path) -> str | None:
        name = path.relative_to(self.folder).as_posix()
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self.fault(name, "", v.Text("berkas tidak ada.", "the file is missing."))
        except UnicodeDecodeError:
            self.fault(name, "", v.Text("berkas bukan teks UTF-8.", "the file is not text in UTF-8."))
        return None

    def fault(self, file: str, path: str, reason: v.Text, line: int = 0, caret: str = "") -> None:
        self.faults.append(Fault(path=path, reason=reason, file=file, line=line, caret=caret))

    def toml(self, prefix: str, name: str, type_: type[_S]) -> _S | None:
        """A file as one Struct; `prefix` is what its places begin with in the whole definition."""
        text = self.text(self.folder / name)
        return None if text is None else self.parsed(prefix, name, text, type_)

    def parsed(
        self,
        prefix: str,
        name: str,
        text: str,
        type_: type[_S],
        *,
        first_line: int = 1,
        extra: Mapping[str, object] | None = None,
    ) -> _S | None:
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.syntax_fault(name, text, str(error), first_line)
            return None
        source = self.sources[prefix] = _Source(name, text, first_line)
        converted, faults = convert({**data, **(extra or {})}, type_)
        self.faults.extend(_placed(fault, source, fault.path) for fault in faults)
        return converted

    def syntax_fault(self, name: str, text: str, message: str, first_line: int) -> None:
        reason, _, place = message.partition(" (at line ")
        numbers = [int(word) for word in place.rstrip(")").replace(", column", "").split() if word.isdigit()]
        lines = text.split("\n")
        line, column = (numbers[0], numbers[1]) if len(numbers) == 2 else (len(lines), len(lines[-1]) + 1)
        self.fault(
            name,
            "",
            v.Text(f"bukan TOML yang sah: {reason}.", f"not valid TOML: {reason}."),
            line + first_line - 1,
            f"{lines[line - 1]}\n{' ' * (column - 1)}^",
        )

    def example(self, number: int, path: Path) -> v.Example | None:
        name = path.relative_to(self.folder).as_posix()
        example = self.toml(f"examples[{number}]", name, v.Example)
        if example is None:
            return None
        facts = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in example.facts.items()
        }
        return msgspec.structs.replace(example, facts=facts, answers=_json_answers(example.answers))

    def guidance(self, number: int, path: Path) -> v.Guidance | None:
        """A guidance file: TOML between two lines `+++`, then the two language versions under their headings."""
        name = path.relative_to(self.folder).as_posix()
        text = self.text(path)
        if text is None:
            return None
        head, body = _split_guidance(text)
        if head is None:
            self.fault(
                name,
                "",
                v.Text(
                    "berkas harus dimulai dengan TOML di antara dua baris `+++`.",
                    "the file must begin with TOML between two lines `+++`.",
                ),
                1,
            )
            return None
        texts, line = _languages(body), text[: len(text) - len(body)].count("\n") + 1
        for heading, language in _HEADINGS.items():
            if not texts.get(language):
                self.fault(
                    name,
                    "body",
                    v.Text(
                        f"teks di bawah judul `{heading}` belum ada.",
                        f"there is no text under the heading `{heading}`.",
                    ),
                    line,
                )
        body_text = {language: texts.get(language) or "-" for language in _HEADINGS.values()}
        return self.parsed(
            f"guidance[{number}]", name, head, v.Guidance, first_line=2, extra={"body": body_text}
        )

    def locate(self, fault: Fault) -> Fault:
        """A fault of the whole definition with its file and line."""
        for prefix, source in self.sources.items():
            rest = fault.path.removeprefix(prefix)
            if rest != fault.path and (not rest or rest[0] == "."):
                return _placed(fault, source, rest.removeprefix("."))
        return fault


def _placed(fault: Fault, source: _Source, path: str) -> Fault:
    line = source.lines.content_line(path) + fault.offset if fault.caret else source.lines.line(path)
    return fault.at(path=path, file=source.name, line=line)


def _split_guidance(text: str) -> tuple[str | None, str]:
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        return None, text
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return "\n".join(lines[1:number]) + "\n", "\n".join(lines[number + 1 :])
    return None, text


def _languages(body: str) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    current: list[str] = []
    for line in body.split("\n"):
        language = _HEADINGS.get(line.strip())
        if language:
            current = texts.setdefault(language, [])
        else:
            current.append(line)
    return {language: "\n".join(lines).strip() for language, lines in texts.items()}


def _json_answers(answers: Mapping[str, object]) -> dict[str, object]:
    """Answers as they travel in JSON: TOML's own dates become text, as they are in the frozen form."""
    return {key: _json_answer(value) for key, value in answers.items()}


def _json_answer(value: object) -> object:
    if isinstance(value, Mapping):
        return _json_answers(value)
    if isinstance(value, list):
        return [_json_answer(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime) else value

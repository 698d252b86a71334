"""The guidance of one commodity as a library: what is asked for, and how much there is of each kind. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from ovop.contract.vocabulary import Definition, Guidance, GuidanceKind, Text, Theme


class Wanted(Struct, frozen=True, kw_only=True):
    """What a reader looks for; everything that is given must fit. `provider` and `words` are parts of a name or text, in either language.

    `level` is a level reached: an item fits that is shown at this level or above, so it is meant together with `criterion`.
    """

    theme: Theme | None = None
    kind: GuidanceKind | None = None
    criterion: str | None = None
    level: int | None = None
    field: str | None = None
    provider: str | None = None
    words: str | None = None


class Counts(Struct, frozen=True, kw_only=True):
    """How many items there are by theme, by kind, by criterion and by provider (its Indonesian name)."""

    themes: Mapping[str, int]
    kinds: Mapping[str, int]
    criteria: Mapping[str, int]
    providers: Mapping[str, int]


def matching(definition: Definition, wanted: Wanted) -> tuple[Guidance, ...]:
    """The items that fit, in the order of the commodity."""
    return tuple(item for item in definition.guidance if _fits(item, wanted))


def counts_of(items: Iterable[Guidance]) -> Counts:
    """What a reader can narrow the items by."""
    found = tuple(items)
    return Counts(
        themes=Counter(item.theme.value for item in found),
        kinds=Counter(item.kind.value for item in found),
        criteria=Counter(code for item in found for code in item.criteria),
        providers=Counter(item.provider.id for item in found if item.provider is not None),
    )


def _fits(item: Guidance, wanted: Wanted) -> bool:
    return (
        (wanted.theme is None or item.theme is wanted.theme)
        and (wanted.kind is None or item.kind is wanted.kind)
        and (wanted.criterion is None or wanted.criterion in item.criteria)
        and (wanted.level is None or (bool(item.criteria) and wanted.level <= item.threshold))
        and (wanted.field is None or wanted.field in item.fields)
        and (wanted.provider is None or _says(wanted.provider, item.provider))
        and (wanted.words is None or _says(wanted.words, item.title, item.body, item.provider))
    )


def _says(words: str, *texts: Text | None) -> bool:
    wanted = words.casefold()
    return any(wanted in said.casefold() for text in texts if text is not None for said in (text.id, text.en))

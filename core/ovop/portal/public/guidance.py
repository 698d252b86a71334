"""The guidance library, the success stories and the rubrics; open to everybody, because advice helps before anybody applies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, TypeVar

from litestar import Controller, Response, get
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from ovop.contract.aims import aims_served
from ovop.contract.places import criteria_of
from ovop.contract.vocabulary import Definition, Guidance, GuidanceKind, Status, Text, Theme
from ovop.errors import NotFound
from ovop.guidance.library import Counts, Wanted, counts_of, matching
from ovop.guidance.service import definition_for, names_of
from ovop.portal.page import GivenReader, Reader, render
from ovop.portal.public.markdown import markdown
from ovop.portal.public.motifs import motifs
from ovop.portal.public.words import BASES, EFFECTS, KINDS, THEMES
from ovop.web import ApiRequest, GivenSession, platform_of

Chosen = Annotated[str, QueryParameter(max_length=60)]
Words = Annotated[str, QueryParameter(max_length=100)]
Code = TypeVar("Code", bound=StrEnum)

RELATED = 6
"""At most so many other items stand beside one."""


class Wish(Struct, frozen=True, kw_only=True):
    """The filter as it was filled in; what it does not know is ignored rather than refused."""

    theme: str = ""
    kind: str = ""
    criterion: str = ""
    provider: str = ""
    words: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == Wish()


class Choice(Struct, frozen=True, kw_only=True):
    """One option of the filter and how many items it has."""

    code: str
    name: str
    count: int


class GuidancePages(Controller):
    """Guidance and rubrics."""

    opt = {"public": True, "page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/guidance")
    async def commodities(self, request: ApiRequest, reader: GivenReader) -> Response[str]:
        installed = platform_of(request).registry.commodities
        libraries = [
            (found.definition.manifest, counts_of(found.definition.guidance)) for found in installed.values()
        ]
        return render(request, reader, "public_guidance.html", libraries=libraries, motifs=motifs(installed))

    @get("/guidance/{commodity:str}")
    async def library(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        commodity: FromPath[str],
        theme: Chosen = "",
        kind: Chosen = "",
        criterion: Chosen = "",
        provider: Words = "",
        words: Words = "",
    ) -> Response[str]:
        registry = platform_of(request).registry
        definition = await definition_for(session, registry=registry, commodity=commodity)
        names = names_of(definition)
        wish = _known(
            Wish(
                theme=theme,
                kind=kind,
                criterion=criterion,
                provider=provider.strip(),
                words=" ".join(words.split()),
            ),
            names,
        )
        return render(
            request,
            reader,
            "public_library.html",
            definition=definition,
            manifest=definition.manifest,
            wish=wish,
            items=matching(definition, _wanted(wish)),
            choices=_choices(definition, counts_of(definition.guidance), names, reader),
            needed=[
                evidence.label for evidence in definition.form.evidence if evidence.required is not False
            ],
            names=names,
            themes=THEMES,
            kinds=KINDS,
            motif=motifs([*registry.commodities, commodity])[commodity],
        )

    @get("/guidance/{commodity:str}/{item:str}")
    async def item(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        commodity: FromPath[str],
        item: FromPath[str],
    ) -> Response[str]:
        definition = await definition_for(
            session, registry=platform_of(request).registry, commodity=commodity
        )
        found = next((one for one in definition.guidance if one.id == item), None)
        if found is None:
            raise NotFound(
                "guidance_unknown",
                Text(
                    "Panduan ini tidak ada. Lihat daftar panduan komoditi.",
                    "There is no such guidance. See the commodity's list of guidance.",
                ),
            )
        return render(
            request,
            reader,
            "public_item.html",
            manifest=definition.manifest,
            item=found,
            body=markdown(reader.say(found.body)),
            related=_related(definition, found),
            names=names_of(definition),
            themes=THEMES,
            kinds=KINDS,
            bases=BASES,
        )

    @get("/stories")
    async def stories(self, request: ApiRequest, reader: GivenReader) -> Response[str]:
        installed = platform_of(request).registry.commodities
        told = [
            (found.definition.manifest, item)
            for found in installed.values()
            for item in found.definition.guidance
            if item.kind is GuidanceKind.SUCCESS_STORY
        ]
        return render(request, reader, "public_stories.html", stories=told, motifs=motifs(installed))

    @get("/rubric/{commodity:str}")
    async def rubric(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, commodity: FromPath[str]
    ) -> Response[str]:
        definition = await definition_for(
            session, registry=platform_of(request).registry, commodity=commodity
        )
        criteria = [criterion for _, criterion in criteria_of(definition.rubric)]
        return render(
            request,
            reader,
            "public_rubric.html",
            definition=definition,
            manifest=definition.manifest,
            rubric=definition.rubric,
            aims=aims_served(definition.rubric),
            proposed=any(criterion.status is Status.PROPOSED for criterion in criteria),
            effects=EFFECTS,
        )


def _known(wish: Wish, criteria: Mapping[str, Text]) -> Wish:
    return Wish(
        theme=wish.theme if wish.theme in set(Theme) else "",
        kind=wish.kind if wish.kind in set(GuidanceKind) else "",
        criterion=wish.criterion if wish.criterion in criteria else "",
        provider=wish.provider,
        words=wish.words,
    )


def _wanted(wish: Wish) -> Wanted:
    return Wanted(
        theme=Theme(wish.theme) if wish.theme else None,
        kind=GuidanceKind(wish.kind) if wish.kind else None,
        criterion=wish.criterion or None,
        provider=wish.provider or None,
        words=wish.words or None,
    )


def _choices(
    definition: Definition, counts: Counts, names: Mapping[str, Text], reader: Reader
) -> dict[str, Sequence[Choice]]:
    providers = {item.provider.id: item.provider for item in definition.guidance if item.provider is not None}
    return {
        "theme": _coded(Theme, THEMES, counts.themes, reader),
        "kind": _coded(GuidanceKind, KINDS, counts.kinds, reader),
        "criterion": [
            Choice(code=code, name=f"{code} – {reader.say(name)}", count=counts.criteria[code])
            for code, name in names.items()
            if counts.criteria.get(code)
        ],
        "provider": [
            Choice(code=code, name=reader.say(name), count=counts.providers[code])
            for code, name in sorted(providers.items(), key=lambda one: reader.say(one[1]).casefold())
        ],
    }


def _coded(
    codes: type[Code], names: Mapping[Code, str], counts: Mapping[str, int], reader: Reader
) -> list[Choice]:
    return [
        Choice(code=code.value, name=reader.text(names[code]), count=counts[code.value])
        for code in codes
        if counts.get(code.value)
    ]


def _related(definition: Definition, item: Guidance) -> list[Guidance]:
    """Other items that help with the same criteria, those that share the most first."""
    mine = set(item.criteria)
    shared = [
        (len(mine & set(other.criteria)), other) for other in definition.guidance if other.id != item.id
    ]
    ranked = sorted((pair for pair in shared if pair[0]), key=lambda pair: -pair[0])
    return [other for _, other in ranked[:RELATED]]

"""The aims of the programme by name, and which criteria of a rubric serve which.

Source: the three principles of One Village One Product, and the criteria by which the ministry selects products (regional flagship, unique,
local material, market, quality, continuity).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ovop.contract.vocabulary import Aim, Rubric, Text

PRINCIPLES = (Aim.LOCAL_YET_GLOBAL, Aim.SELF_RELIANCE_AND_CREATIVITY, Aim.HUMAN_RESOURCE_DEVELOPMENT)
"""The aims that are principles; the others are criteria of selection."""

AIM_NAMES: Mapping[Aim, Text] = {
    Aim.LOCAL_YET_GLOBAL: Text("Lokal tetapi global", "Local yet global"),
    Aim.SELF_RELIANCE_AND_CREATIVITY: Text("Kemandirian dan kreativitas", "Self-reliance and creativity"),
    Aim.HUMAN_RESOURCE_DEVELOPMENT: Text("Pengembangan sumber daya manusia", "Human resource development"),
    Aim.REGIONAL_FLAGSHIP: Text("Produk unggulan daerah", "Regional flagship product"),
    Aim.UNIQUE: Text("Unik dan khas", "Unique and distinctive"),
    Aim.LOCAL_MATERIAL: Text("Bahan baku lokal", "Local raw material"),
    Aim.MARKET: Text("Peluang pasar dalam atau luar negeri", "Home or world market"),
    Aim.QUALITY: Text("Mutu dan penampilan", "Quality and appearance"),
    Aim.CONTINUITY: Text("Kesinambungan produksi", "Continuity of production"),
}


class AimServed(Struct, frozen=True, kw_only=True):
    """An aim, the criteria of a rubric that serve it, and the points (of 100) which these carry together."""

    aim: Aim
    name: Text
    is_principle: bool
    criteria: tuple[str, ...]
    weight: float


def aims_served(rubric: Rubric) -> tuple[AimServed, ...]:
    """Every aim of the programme, in its order, with what serves it in this rubric; one that nothing serves has no criteria."""
    criteria = [criterion for group in rubric.groups for criterion in group.criteria]
    return tuple(
        AimServed(
            aim=aim,
            name=name,
            is_principle=aim in PRINCIPLES,
            criteria=tuple(criterion.id for criterion in criteria if aim in criterion.serves),
            weight=sum(criterion.weight for criterion in criteria if aim in criterion.serves),
        )
        for aim, name in AIM_NAMES.items()
    )

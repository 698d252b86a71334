"""What the public pages call aims, themes and kinds, and what each aim means."""

from __future__ import annotations

from collections.abc import Mapping

from ovop.contract.vocabulary import Aim, ConsentBasis, GateEffect, GuidanceKind, Theme
from ovop.portal.language import mark

AIMS: Mapping[Aim, str] = {
    Aim.LOCAL_YET_GLOBAL: mark("Berakar pada bahan, cerita, dan keterampilan desa, tetapi cukup baik untuk pasar mana pun."),
    Aim.SELF_RELIANCE_AND_CREATIVITY: mark("Perajin menentukan sendiri apa yang dibuat dan bagaimana memperbaikinya."),
    Aim.HUMAN_RESOURCE_DEVELOPMENT: mark("Yang tumbuh terutama orangnya: keterampilan, keberanian, dan penerus."),
    Aim.REGIONAL_FLAGSHIP: mark("Produk itu menjadi andalan daerah dan menggerakkan ekonomi sekitarnya."),
    Aim.UNIQUE: mark("Motif, rancangan, teknik, atau bahannya khas dan berasal dari pengetahuan setempat."),
    Aim.LOCAL_MATERIAL: mark("Bahan dari daerah sendiri lebih diutamakan."),
    Aim.MARKET: mark("Ada pembeli sekarang, dan ada peluang di dalam atau luar negeri."),
    Aim.QUALITY: mark("Mutunya terjaga, dapat diperiksa, dan penampilannya meyakinkan."),
    Aim.CONTINUITY: mark("Dibuat terus-menerus, bukan hanya pada satu musim."),
}  # fmt: skip
"""One sentence for each aim."""

THEMES: Mapping[Theme, str] = {
    Theme.QUALITY: mark("Mutu"),
    Theme.DESIGN: mark("Rancangan"),
    Theme.STORY: mark("Cerita produk"),
    Theme.MARKET: mark("Pasar"),
    Theme.PACKAGING: mark("Kemasan"),
    Theme.PEOPLE: mark("Orang dan keterampilan"),
}

KINDS: Mapping[GuidanceKind, str] = {
    GuidanceKind.STEP: mark("Langkah"),
    GuidanceKind.SUCCESS_STORY: mark("Kisah sukses"),
}

BASES: Mapping[ConsentBasis, str] = {
    ConsentBasis.WRITTEN: mark("Diceritakan dengan persetujuan tertulis."),
    ConsentBasis.PUBLISHED: mark("Diceritakan dari apa yang sudah dipublikasikan sendiri oleh pembuatnya."),
}
"""By what right a story is told."""

EFFECTS: Mapping[GateEffect, str] = {
    GateEffect.BLOCK: mark("Tidak memenuhi syarat"),
    GateEffect.CAP: mark("Nilai dibatasi"),
    GateEffect.RETURN: mark("Dikembalikan untuk diperbaiki"),
}

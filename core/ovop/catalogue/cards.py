"""The card of a product, made of public answers only: by the commodity's own code, or else from its manifest."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from ovop.contract.card import declared_card, public_answers
from ovop.contract.checker import Checker
from ovop.contract.vocabulary import Answers, CatalogueCard, EvidenceItem, Facts, SubmissionView, Text
from ovop.cycles.replay import FrozenHooks


class ProductCard(Struct, frozen=True, kw_only=True):
    """What is shown of a product. `made_by`: `commodity`, its own code, or `manifest`, its list of public fields."""

    title: str
    lines: tuple[Text, ...]
    made_by: str


class Shown(Struct, frozen=True, kw_only=True):
    """A submission as a card is made of it; `evidence` and `facts` serve computed fields and reach no commodity's code."""

    product_name: str
    answers: Answers
    evidence: tuple[EvidenceItem, ...]
    facts: Facts


async def card_of(
    hooks: FrozenHooks, *, definition_id: UUID, checker: Checker, product: Shown
) -> ProductCard:
    """The card of a product. Code that fails or is not there is replaced by the manifest's public fields."""
    definition = checker.definition
    shown = public_answers(definition, product.answers)
    asked = SubmissionView(
        commodity=definition.manifest.id,
        version=definition.manifest.version,
        answers=shown,
        product_name=product.product_name,
    )
    answer = await hooks.ask(definition_id, "catalogue_card", submission=asked)
    if isinstance(answer.value, CatalogueCard):
        return ProductCard(title=answer.value.title, lines=tuple(answer.value.lines), made_by="commodity")
    computed = checker.evaluate(product.answers, product.evidence, product.facts, partial=True).computed
    card = declared_card(definition, product.product_name, shown, computed)
    return ProductCard(title=card.title, lines=tuple(card.lines), made_by="manifest")

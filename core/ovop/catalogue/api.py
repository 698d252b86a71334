"""HTTP for the catalogue: how a submission's product will be shown."""

from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath
from msgspec import Struct

from ovop.catalogue.cards import Shown, card_of
from ovop.contract.vocabulary import Text
from ovop.guidance.service import seen_by
from ovop.openapi import READING, problems
from ovop.submissions.access import load_place
from ovop.web import ApiRequest, GivenAct, GivenSession, platform_of


class CardView(Struct, kw_only=True):
    """The card of a product. `made_by`: the commodity's own code, or the manifest's list of public fields."""

    submission_id: UUID
    title: str
    lines: list[Text]
    made_by: str


class CatalogueController(Controller):
    """The card of a submission's product."""

    path = "/submissions/{submission_id:uuid}"
    tags = ("catalogue",)

    @get(
        "/catalogue-card",
        operation_id="get_catalogue_card",
        summary="The product as the catalogue would show it",
        description="Made of public answers only, so that the maker sees before designation what the public will see.",
        responses=problems(*READING),
    )
    async def get_catalogue_card(
        self, submission_id: FromPath[UUID], session: GivenSession, act: GivenAct, request: ApiRequest
    ) -> CardView:
        place = await load_place(session, submission_id)
        seen = await seen_by(session, act=act, place=place)
        card = await card_of(
            platform_of(request).frozen_hooks,
            definition_id=place.submission.definition_id,
            checker=place.checker,
            product=Shown(
                product_name=seen.product_name,
                answers=seen.answers,
                evidence=seen.evidence,
                facts=seen.facts,
            ),
        )
        return CardView(
            submission_id=submission_id, title=card.title, lines=list(card.lines), made_by=card.made_by
        )

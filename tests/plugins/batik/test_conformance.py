from ovop.contract.conformance import Tier
from ovop.contract.conformance.suite import CommodityConformance


class TestConformance(CommodityConformance):
    """The published rules of every commodity, up to the highest tier."""

    commodity = "batik"
    tier = Tier.GOLD

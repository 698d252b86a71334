from pathlib import Path

import ovop_tenun
from ovop.contract.conformance import Tier
from ovop.contract.conformance.suite import CommodityConformance


class TestConformance(CommodityConformance):
    """The published rules of every commodity, up to the highest tier."""

    folder = Path(ovop_tenun.__file__).parent / "definition"
    tier = Tier.GOLD

from pathlib import Path

import pytest

import ovop_tenun
from ovop.contract.checker import Checker, compile_checker
from ovop.contract.loader import load_definition
from ovop.contract.vocabulary import Definition

FOLDER = Path(ovop_tenun.__file__).parent / "definition"


@pytest.fixture(scope="session")
def tenun() -> Definition:
    return load_definition(FOLDER)


@pytest.fixture(scope="session")
def tenun_checker(tenun: Definition) -> Checker:
    return compile_checker(tenun)

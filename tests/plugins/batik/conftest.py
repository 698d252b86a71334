from pathlib import Path

import pytest

import ovop_batik
from ovop.contract.checker import Checker, compile_checker
from ovop.contract.loader import load_definition
from ovop.contract.vocabulary import Definition

FOLDER = Path(ovop_batik.__file__).parent / "definition"


@pytest.fixture(scope="session")
def batik() -> Definition:
    return load_definition(FOLDER)


@pytest.fixture(scope="session")
def batik_checker(batik: Definition) -> Checker:
    return compile_checker(batik)

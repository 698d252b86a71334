from pathlib import Path

import pytest

import ovop_anyaman
from ovop.contract.checker import Checker, compile_checker
from ovop.contract.loader import load_definition
from ovop.contract.vocabulary import Definition

FOLDER = Path(ovop_anyaman.__file__).parent / "definition"


@pytest.fixture(scope="session")
def anyaman() -> Definition:
    return load_definition(FOLDER)


@pytest.fixture(scope="session")
def anyaman_checker(anyaman: Definition) -> Checker:
    return compile_checker(anyaman)

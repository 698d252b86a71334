from pathlib import Path

import pytest

import ovop_gerabah
from ovop.contract.checker import Checker, compile_checker
from ovop.contract.loader import load_definition
from ovop.contract.vocabulary import Definition

FOLDER = Path(ovop_gerabah.__file__).parent / "definition"


@pytest.fixture(scope="session")
def gerabah() -> Definition:
    return load_definition(FOLDER)


@pytest.fixture(scope="session")
def gerabah_checker(gerabah: Definition) -> Checker:
    return compile_checker(gerabah)

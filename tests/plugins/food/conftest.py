from pathlib import Path

import pytest

import ovop_food
from ovop.contract.checker import Checker, compile_checker
from ovop.contract.loader import load_definition
from ovop.contract.vocabulary import Definition

FOLDER = Path(ovop_food.__file__).parent / "definition"


@pytest.fixture(scope="session")
def food() -> Definition:
    return load_definition(FOLDER)


@pytest.fixture(scope="session")
def food_checker(food: Definition) -> Checker:
    return compile_checker(food)

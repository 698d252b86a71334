"""`python -m ovop.cli`: the same as the command `ovop`."""

from ovop.cli import main

main()

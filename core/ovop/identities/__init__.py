"""Who acts: persons, offices, enterprises, memberships, delegation, and the checks of their identifiers."""

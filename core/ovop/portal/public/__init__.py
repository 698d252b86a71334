"""Pages for everybody: the guidance library, the rubrics, the catalogue with its map, the certificate check, help.

calendar.py     which cycle the home page speaks of
route.py        the way of a submission as steps, from its chain
motifs.py       the pattern that stands for a commodity
markdown.py     the body of a guidance item as safe HTML
tiles.toml      where each province stands on the tile map
words.py        what aims, themes and kinds are called
"""

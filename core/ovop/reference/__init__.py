"""Reference data that no office edits: the regions of Indonesia and its estimated holidays."""

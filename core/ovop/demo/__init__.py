"""A picture of the programme to look at and play with: real offices in three provinces, invented enterprises, an open cycle."""

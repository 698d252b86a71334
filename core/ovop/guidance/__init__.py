"""Product-development guidance: the library of each commodity, the list for one submission, and the hints for its assessors."""

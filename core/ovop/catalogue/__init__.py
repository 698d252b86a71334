"""The catalogue: what of a product the public may see, and which products are published."""

"""Product images: the base model, the pictures that it generates with an adapter, the golden picture."""

"""Product images: the base model, pictures generated with an adapter, the golden picture."""

"""Product images: training of a LoRA adapter, its caches and its validation pictures."""

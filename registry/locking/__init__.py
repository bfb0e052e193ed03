"""Registry: locks across processes, which are free as soon as their holder dies."""

"""Registry: locks that hold across processes and that a dead holder frees."""

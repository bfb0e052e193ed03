"""components / product descriptions / generate: the base model, its adapters, generated texts and their likelihood."""

"""components / product descriptions / train: the training of the adapter."""

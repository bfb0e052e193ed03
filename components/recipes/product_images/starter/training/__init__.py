"""components / product images / starter / training: the training of the starter's weights from scratch."""

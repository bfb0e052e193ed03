"""components / product images / starter / training: how the starter's weights are made, from nothing."""

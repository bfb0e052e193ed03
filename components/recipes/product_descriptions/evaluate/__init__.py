"""Product descriptions: the evaluation of the base model and of checkpoints, from generated texts to the report."""

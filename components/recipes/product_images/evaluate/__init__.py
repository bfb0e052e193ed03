"""Product images: the evaluation of the base model and of checkpoints, from generated pictures to the report."""

"""Product images: evaluation of the base model and of checkpoints, from generated pictures to a report."""

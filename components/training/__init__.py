"""Training: what recipes share when they train. Device, LoRA, checkpoints, schedule, loop."""

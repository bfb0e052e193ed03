"""Training: parts that recipes share: device, LoRA, checkpoints, learning rate and training loop."""

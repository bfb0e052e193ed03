"""Training: LoRA on the UNet of a diffusion pipeline: adapter files, the effect check, other formats, stock loading."""

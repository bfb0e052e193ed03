"""Training: LoRA on the UNet of a diffusion pipeline: adapter files, the effect check, other formats, stock loading."""

ADAPTER_FILE = "pytorch_lora_weights.safetensors"  # the name that diffusers and MLflow look for

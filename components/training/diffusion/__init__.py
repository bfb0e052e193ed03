"""Training: LoRA on the UNet of a diffusion pipeline: adapter files, effect check, export formats, stock pipelines."""

ADAPTER_FILE = "pytorch_lora_weights.safetensors"  # the file name that diffusers and MLflow expect

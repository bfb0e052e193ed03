"""components / training / language: LoRA on causal language models: tokens, adapters in PEFT's layout, their effect."""

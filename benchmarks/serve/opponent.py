"""Benchmarks: the endpoint that users write: FastAPI, diffusers' pipeline, a lock. `opponent.py BASE ADAPTER PORT`."""

import base64
import io
import sys
from threading import Lock

import torch
import uvicorn
from diffusers import DDIMScheduler, StableDiffusionPipeline
from fastapi import FastAPI

STEPS, GUIDANCE = 12, 2.0  # those of the starter
pipeline = StableDiffusionPipeline.from_pretrained(
    sys.argv[1], dtype=torch.float32, safety_checker=None, requires_safety_checker=False
)
pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config, clip_sample=False)
pipeline.load_lora_weights(sys.argv[2])
pipeline.set_progress_bar_config(disable=True)
app, lock = FastAPI(), Lock()


@app.post("/generate/image")
def generate(asked: dict) -> dict:  # type: ignore[type-arg]  # as users write it
    with lock:
        generator = torch.Generator().manual_seed(asked["seed"])
        made = pipeline(asked["prompt"], num_inference_steps=STEPS, guidance_scale=GUIDANCE, generator=generator)
    content = io.BytesIO()
    made.images[0].save(content, "PNG")
    return {"images": [{"png": base64.b64encode(content.getvalue()).decode()}]}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[3]), log_level="warning")

"""A transformer and a static sentence model with random weights, so small that tests fit them in a second."""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import BertPreTokenizer
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789/-."
WIDTH = 16


def tiny_transformer(folder: Path) -> Path:
    """Write a BERT of two layers, whose tokens are characters."""
    vocabulary = vocabulary_of_characters()
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=256,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        BertModel(config, add_pooling_layer=True).save_pretrained(folder)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer(vocabulary), unk_token="[UNK]", pad_token="[PAD]", model_max_length=128
    )
    fast.save_pretrained(folder)
    return folder


def static_model(folder: Path) -> Path:
    """Write a table of one vector a character."""
    vocabulary = vocabulary_of_characters()
    folder.mkdir(parents=True)
    table = np.random.default_rng(1).normal(size=(len(vocabulary), WIDTH)).astype(np.float16)
    save_file({"embedding.weight": table}, folder / "model.safetensors")
    tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    return folder


def vocabulary_of_characters() -> dict[str, int]:
    tokens = ["[PAD]", "[UNK]", *CHARACTERS, *(f"##{c}" for c in CHARACTERS)]
    return {token: number for number, token in enumerate(tokens)}


def tokenizer(vocabulary: dict[str, int]) -> Tokenizer:
    found = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    found.pre_tokenizer = BertPreTokenizer()
    return found

"""Data: a catalogue in the Kaggle layout: its table, its files, its style files, and what became of every row."""

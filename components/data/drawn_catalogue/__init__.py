"""components / data / drawn catalogue: a drawn catalogue on disk, in the layout of the Kaggle set."""

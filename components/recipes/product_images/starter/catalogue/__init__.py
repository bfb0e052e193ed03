"""components / product images / starter / catalogue: a drawn catalogue on disk, in the layout of the Kaggle set."""

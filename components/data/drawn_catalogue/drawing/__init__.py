"""components / data / drawn catalogue / drawing: product pictures that the project draws itself."""

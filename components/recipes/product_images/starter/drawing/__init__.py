"""components / product images / starter / drawing: product pictures that the project draws itself."""

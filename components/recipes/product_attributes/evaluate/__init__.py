"""Product attributes: scores and compares the candidates, and writes the report."""

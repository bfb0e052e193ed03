"""Flows: the steps of a promotion: decide, let a person approve, carry out, score on the test split."""

"""Flows: the parts of a promotion: decide, ask for approval, carry out, score on the test split."""

"""Failure modes: from a table of comments to examples by split."""

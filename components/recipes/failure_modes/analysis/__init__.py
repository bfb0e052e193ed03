"""Recipe failure_modes: what a report says about a classifier of comments, as pure functions."""

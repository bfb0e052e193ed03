"""components / product descriptions / predict: a version that answers requests, and the form that MLflow loads."""

"""Deployments: the service, which answers requests with the versions in production."""

"""Deployments: the rating page, where people rate pictures blind."""

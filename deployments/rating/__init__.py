"""Deployments: the rating page, where people rate pictures or texts blind."""

"""Deployments: `rate`, where people judge pictures blind."""

"""Deployments: doors. What keeps running, and what is started where."""

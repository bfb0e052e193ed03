"""Deployments: the services that keep running, and the configuration of what runs where."""

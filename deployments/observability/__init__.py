"""Deployments: what Prometheus and Grafana see of the models: `make metrics`."""

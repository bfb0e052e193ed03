"""Demand: what chooses a method for each product: the router, the plan's rule of classes, the bandit."""

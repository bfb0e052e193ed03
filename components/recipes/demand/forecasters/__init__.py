"""Demand: the methods that forecast, each for every series from the periods before an origin."""

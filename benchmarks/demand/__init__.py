"""Benchmarks: forecasts of demand: a whole training and its scores, against calling the libraries one by one."""

"""Tests: the service, with the toy that tells plums from apples by their weight."""

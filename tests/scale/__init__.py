"""Tests: several machines on PostgreSQL and S3, for real: `make test-scale`."""

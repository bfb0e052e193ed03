"""Product attributes: a loaded version, which generates rows under conditions and constraints."""

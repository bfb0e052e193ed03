"""Product attributes: rows of a table: which columns they have, how they are encoded, which constraints they meet."""

"""Registry: the ledger of what was in production, when and why: its entries, its check, its copies."""

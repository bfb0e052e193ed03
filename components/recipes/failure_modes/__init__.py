"""Recipe failure_modes: technical comments, classified into failure modes."""

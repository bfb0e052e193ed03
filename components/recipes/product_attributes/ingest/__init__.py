"""Product attributes: from a catalogue to rows by split."""

"""Product descriptions: from a catalogue to examples: texts without mark-up, with the attributes of their products."""

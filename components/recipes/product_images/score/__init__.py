"""Product images: extractors, what they see in pictures, and the scores made of it."""

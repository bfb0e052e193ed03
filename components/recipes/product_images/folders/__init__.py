"""Product images: scores of any folder of pictures against a folder of real pictures."""

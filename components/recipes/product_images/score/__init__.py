"""Product images: extractors, the features that they give of pictures, and the scores made of these."""

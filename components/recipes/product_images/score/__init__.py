"""Product images: extractors, the features that they compute from pictures, and the scores of these features."""

"""Product descriptions: the scores of texts: faithfulness to the attributes, and what the metrics room computes."""

"""Products: exports for other programs: the Kaggle layout, shops, and one folder with all of them."""

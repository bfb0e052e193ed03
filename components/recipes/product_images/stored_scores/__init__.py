"""Product images: score files that other programs wrote, checked for side files scored as pictures."""

"""Product images: score files of other programs, checked for side files that were scored as pictures."""

"""Components: products: attributes, picture and description of a product, by three models of any kind that fit."""

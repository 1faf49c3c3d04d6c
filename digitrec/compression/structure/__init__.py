"""Networks really made smaller: fewer filters, thinner layers, no batch normalisation left."""

"""One row a loss: what draws its batch, its formula, and losslint's own code where it has any."""

"""What computes a loss: one module a framework, imported in a backend process only."""

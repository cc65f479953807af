"""What computes a loss: one module a framework, imported in a child process only."""

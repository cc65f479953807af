"""The platform's own two losses, computed with keras.ops from their published formulas."""

"""The site: what is drawn on it, and what a browser makes of it."""

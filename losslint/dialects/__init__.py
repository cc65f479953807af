"""Config styles, one module each: where losses stand in a document, and how they are written."""

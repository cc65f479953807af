"""Text to a tree with exact spans, and edits on those spans. Knows nothing of losses."""

"""What is known of each loss, framework by framework.

The packages `netspresso` and `keras` and the module `platform` are imported where they are
needed, so that a file of one style does not pay for the other; the dialects say which are theirs.
"""

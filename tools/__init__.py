"""What makes files of this repository and is no part of what is installed."""

"""Synthetic batches, made from what each loss expects of predictions and targets."""

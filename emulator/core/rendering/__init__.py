"""Prediction → the exact JSON of each contract: key order, types and digits as recorded."""

"""Logistic regression with its selection, its optimism, calibration and decision curve."""

"""Metrics and plots of a model, and what is installed here. Importing this loads nothing heavy."""

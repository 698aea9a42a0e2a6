"""Workbooks districts fill in; the reader finds their labels by meaning, so an old version stays readable."""

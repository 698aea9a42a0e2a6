"""Reads: (session, scope, …) -> frozen rows. Every read of a park goes through a scope."""

"""Parsers: bytes of one format each -> Document. They run in a child process with limits (see sandbox)."""

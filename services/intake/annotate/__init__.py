"""The file as it was sent, with its problem cells coloured and commented, to be mended and sent again.

Whatever is written here the reader overlooks: a marked file reads exactly as the original did. Runs in the
parsers' child process with their limits (see sandbox): the content is as hostile as on the way in.
"""

"""The one exception for "no": a person asked for something the rules or the data do not allow."""


class Refused(ValueError):
    """Shown to the person as it is: what was found, what was expected, how to mend it (in Chinese)."""

"""The one exception for "no": a person asked for something the rules or the data do not allow."""


class Refused(ValueError):
    """Shown to the person as it is: what was found, what was expected, how to mend it (in Chinese)."""


class Unknown(Refused):
    """The thing named in the call does not exist, or may not be known to exist: the call itself is wrong."""

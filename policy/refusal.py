"""The one exception for "no": a person asked for something the rules or the data do not allow."""


class Refused(ValueError):
    """Shown to the person as it is: what was found, what was expected, how to mend it (in Chinese)."""


class Unknown(Refused):
    """The thing named in the call does not exist, or may not be known to exist: the call itself is wrong."""


class Missing(Refused):
    """The call leaves out something it cannot do without: the call itself is wrong."""


class Doubtful(Refused):
    """Almost surely a mistake, yet possible: whoever means it asks again and says 照此登记."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message}；确实如此的，请选“照此登记”")

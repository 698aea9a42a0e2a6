"""How good 趋势研判 is: simulated programmes whose end is known, and rivals to be better than."""

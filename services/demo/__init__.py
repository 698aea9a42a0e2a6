"""The demonstration programme: twelve parks of a fictional municipality, loaded through the ordinary intake."""

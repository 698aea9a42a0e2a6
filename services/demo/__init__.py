"""The demonstration programme: twelve parks of a fictional municipality, loaded through the ordinary intake."""

from services.demo.loading import DemoAccount, DemoLoaded, is_unfinished, load

__all__ = ["DemoAccount", "DemoLoaded", "is_unfinished", "load"]

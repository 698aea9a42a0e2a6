"""What the notice and the rulebook say: pure rules, no clock, no I/O; dates come in."""

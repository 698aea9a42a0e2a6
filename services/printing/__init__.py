"""Long documents: made by a process of their own, so that no page waits for them; kept for a day for who asked."""

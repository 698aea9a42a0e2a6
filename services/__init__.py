"""What people do: one function is one use case is one transaction (the caller opens it)."""

"""The actions themselves, by what they do: one function, one action."""

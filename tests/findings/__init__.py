"""All that preflight can find: each when it should be found, and not when it shouldn't."""

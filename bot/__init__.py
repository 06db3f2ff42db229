"""A message from outside becomes a promise kept: this package puts the house together and speaks for it."""

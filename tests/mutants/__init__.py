"""Planted bugs: each is a wrong line that somebody could write, and the tests that must notice it."""

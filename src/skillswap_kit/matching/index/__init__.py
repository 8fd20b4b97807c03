"""The inverted index: arrays in files that all workers of a machine share, and what has changed since they were built.

``kernel`` searches arrays and knows nothing of Django; ``building`` makes them from the database, ``snapshots`` keeps
them; ``feed`` reads the log of domain events, ``overlay`` holds the members whom it names, ``following`` keeps both in
step with the database, and ``rebuilding`` says when to begin anew.
"""

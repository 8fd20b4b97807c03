"""What people can ask of listings and members, and how they can be sorted: the pages and the API decide by the same."""

"""Speed and quality of the matching: ``make bench-matching``. Needs numpy and scikit-learn (the extra ``matching``)."""

"""Which skills help with which: set by staff, learnt from listings, imported, or computed by a provider."""

"""A brief: what it says, and the one file that it is."""

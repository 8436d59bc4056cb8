"""What stands before every page: what is refused, how many at once, what each answer carries, what a fault says."""

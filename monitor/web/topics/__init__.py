"""A topic as pages show it: what is asked for, what it found, how it stands against its usual week."""

"""The stages wired to the archive, the child processes that do the heavy work, and the daemon around them."""

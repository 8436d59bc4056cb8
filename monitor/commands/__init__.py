"""The commands, one file per noun: they read options, call a room, and print."""

"""Search: what an address asks for, what is found, how it is told and narrowed down."""

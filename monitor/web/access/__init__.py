"""Who may read and write: accounts, passwords, the page to sign in on."""

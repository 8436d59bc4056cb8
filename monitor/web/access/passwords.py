"""Passwords, as datasette-auth-passwords keeps them: PBKDF2-HMAC-SHA256 with a salt.

Of that plugin nothing else is used. Its pages are replaced by ours (`signing_in.py`), which limit guesses; its HTTP
Basic sign-in, which looks at every request and would not, is off.
"""

from __future__ import annotations

from datasette_auth_passwords.utils import hash_password, verify_password

SHORTEST, LONGEST = 8, 1_000  # characters; NIST SP 800-63B asks for 8 and for at least 64 to be possible
# What is verified when nobody has the name, so that the answer takes as long. 480,000 rounds, like those we make.
NOBODY = f"pbkdf2_sha256$480000$nobody${'A' * 43}="


def hashed(password: str) -> str:
    """What belongs into the file that `password_hash_file` names."""
    return str(hash_password(password))


def verified(password: str, known: str) -> bool:
    """Whether it is the password; `known` is a hash, or "" when nobody has that name. Takes some 0.2 s either way."""
    return bool(verify_password(password, known or NOBODY)) and known != ""

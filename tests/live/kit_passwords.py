"""Password hashes made by Django, judged by the bridge of a rollout kit.

    python kit_passwords.py KIT ALGORITHM...     those that the bridge has to know; all others it has to refuse
"""

import json
import sys

from django.conf import settings

settings.configure()

from django.contrib.auth import hashers  # noqa: E402

sys.path.insert(0, sys.argv[1])
from bridge.session_bridge import verify_password  # noqa: E402

PASSWORDS = ["secret", "päßwort \u2028", "x" * 70]
classes = [hashers.PBKDF2PasswordHasher, hashers.PBKDF2SHA1PasswordHasher, hashers.Argon2PasswordHasher, hashers.BCryptSHA256PasswordHasher,
           hashers.BCryptPasswordHasher, hashers.ScryptPasswordHasher, hashers.MD5PasswordHasher]
out = {}
for cls in classes:
    hasher = cls()
    # the form of a hash does not depend on how often it was stirred, the time of the test does
    hasher.iterations, hasher.rounds = 20_000, 5
    rights, wrongs = [], []
    for password in PASSWORDS:
        encoded = hasher.encode(password, hasher.salt())
        assert hasher.verify(password, encoded)
        rights.append(verify_password(password, encoded))
        wrongs.append(verify_password(password[:-1], encoded))
        wrongs.append(verify_password(password, encoded[:-12]))
    out[cls.algorithm] = {"right": rights, "wrong": wrongs}
for name, encoded in {"unusable": hashers.make_password(None), "empty": "", "none": "pbkdf2_sha256", "broken": "scrypt$x$y$z", "argon": "argon2$nothing"}.items():
    out[name] = {"right": [], "wrong": [verify_password("secret", encoded), verify_password("", encoded)]}
print(json.dumps(out))

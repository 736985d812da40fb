"""The same examples on every machine and every day: what fails here fails for everyone."""

from hypothesis import settings

settings.register_profile("reproducible", derandomize=True, print_blob=True)
settings.load_profile("reproducible")

"""`python -m terril` is `terril`."""

from .cli import main

main()

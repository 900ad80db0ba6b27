"""`python -m cli` is the same as `haidang`."""

from cli.main import main

main()

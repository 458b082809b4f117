"""``python -m dataro``: the command line."""

from dataro.cli.app import main

main()

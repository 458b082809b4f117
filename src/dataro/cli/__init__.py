"""The command line: one more door, no logic of its own. Nothing heavy is imported here."""

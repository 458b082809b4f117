"""What an action accepts: its fields and their rules, and how they are checked."""

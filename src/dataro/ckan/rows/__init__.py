"""The datastore: one table per resource, in a file of their own."""

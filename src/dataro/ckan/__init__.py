"""CKAN's Action API: what its clients read of the catalogue, and what they write into it."""

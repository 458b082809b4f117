"""Finding packages: what is searched, the query's language, facets and order."""

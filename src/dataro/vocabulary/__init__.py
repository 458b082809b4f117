"""How things are declared: text, terms, tables, datasets, analyses, figures. Standard library only."""

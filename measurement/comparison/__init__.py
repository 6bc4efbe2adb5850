"""Whether groups differ, by how much, and what speaks against saying so."""

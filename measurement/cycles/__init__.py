"""What measurement finds for a cycle, as the plain figures that its gates compute with."""

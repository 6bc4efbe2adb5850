"""The whole stack on one machine: what runs, in which order, and how it is watched."""

"""What recorded cases would have become under a changed definition: tapes, and the clock that plays them."""

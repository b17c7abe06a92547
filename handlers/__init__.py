"""What the front counter decides: events in, replies and effects out, with no I/O."""

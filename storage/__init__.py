"""What the front counter keeps: conversations, reports, outgoing messages, staff, audit."""

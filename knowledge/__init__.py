"""What the front counter knows: comms' files, matching a question, seeing an emergency, places."""

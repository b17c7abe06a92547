"""The front counter's edges and wiring: command line, channels, web pages, the turn."""

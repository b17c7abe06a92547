"""The commands of `front-counter`, one module each."""

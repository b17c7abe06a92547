"""The pages: the resident's chat, the staff console, health."""

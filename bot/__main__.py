"""`python -m bot` is `front-counter`."""

import sys

from bot.cli import main

sys.exit(main())

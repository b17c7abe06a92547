"""The answers that must come whatever is broken: constant text, and nothing of ours imported.

The wording of everything else lives in knowledge/content; these few sentences stand in the code so
that no file, database or network can keep them from a resident.
"""

import re

_LONGEST = 8192

CARD = (
    "**[Call 999 now](tel:999)** if someone is in danger or a crime is happening. "
    "Nobody has been sent, and we do not know where you are.\n\n"
    "**Cannot speak?** On a mobile, call 999, stay on the line, and press **55** when you are "
    "asked. On a landline, call 999 and stay on the line.\n\n"
    "**Deaf or cannot hear?** Use 999 BSL (999bsl.co.uk), or dial **18000** with Relay UK."
)
"""The 999 card, in Markdown; sent at once, before anything is looked up or kept."""

NOT_RECORDED = (
    "Sorry, something is wrong on our side. **What you just sent has not been recorded.**\n\n"
    "If someone is in danger, call **999** now. "
    "For anything else, call **101**, or try here again in a few minutes."
)
"""The honest sentence when nothing can be kept, or nothing could be made of it."""

HELD = (
    "Sorry, something is wrong on our side. **What you just sent is not in our records yet.** "
    "We are holding it safely and will record it as soon as we can. You need not send it again.\n\n"
    "If someone is in danger, call **999** now. If it cannot wait, call **101**."
)
"""The honest sentence while what was sent is in the journal only."""

_STAND_IN = re.compile(
    r"""\b(999|112|sos|help\W*(me|us)?\W*$|help\W+(me|us)\b
    |knife|machete|stab\w*|gun|guns|shot\W+(at|him|her|me)|shooting|axe|acid
    |kill\w*\W+(me|us|him|her|them|my\w*)|strangl\w*|chok\w*|rape[ds]?|raping|attack(ed|ing)
    |hitting|beating|punching|threaten\w*|following\W+(me|us)|chasing
    |break\w*\W+in|kick\w*\W+(the|my)\W+door|in\W+my\W+(house|home|flat)|burglar\w*|intruder
    |not\W+breathing|cant\W+breathe|can't\W+breathe|unconscious|collapsed|bleeding|overdose\w*
    |heart\W+attack|stroke|seizure|not\W+waking|wont\W+wake|won't\W+wake|drowning|on\W+fire
    |smell\W+gas|smoke\W+coming|bomb|suicid\w*|kill\W+myself|end\W+my\W+life|jump\w*\W+off
    |missing\W+(child|son|daughter|boy|girl)|crash\w*|trapped|locked\W+(me\W+)?in|kidnap\w*)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def stands_in(text: str) -> bool:
    """Whether a text may tell of an emergency, where the assessor itself cannot be asked.

    A list of words catches half of what the assessor does and is far too easily alarmed; it is
    better than nothing, and only that.
    """
    return _STAND_IN.search(text[:_LONGEST]) is not None or (
        len(text) > _LONGEST and _STAND_IN.search(text[-_LONGEST:]) is not None
    )

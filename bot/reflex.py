"""The answers that must come whatever is broken: constant text, and nothing imported.

The wording of everything else lives in knowledge/content; these few sentences stand in the code so
that no file, database or network can keep them from a resident.
"""

CARD = (
    "**Call 999 now** if someone is in danger or a crime is happening. "
    "Nobody reads this chat live.\n\n"
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

"""What stands on the scan linn.png, where the text beside it is wrong.

That text is itself the work of an OCR: it has 0 for every dot of a list, and dashes for hyphens. Each line below was
read off the image.
"""

import re

CORRECTIONS = (
    ("state—of—the-art", "state-of-the-art"),
    ("synthesizers !", "synthesizers!"),
    ("3 1/2 ” disk", "3½” disk"),
    ("real—time", "real-time"),
    ("adjusted 0r defeated", "adjusted or defeated"),
    ("the ﬁrst‘track", "the first track"),
    ("sequence-—", "sequence—"),
    ("INSERT/ COPY", "INSERT/COPY"),
    ("FOOTSWIT CH", "FOOTSWITCH"),
    ("PLAY/ STOP", "PLAY/STOP"),
    ("high—speed, 8 MHZ", "high-speed, 8 MHz"),
    ("BEATS-PER—MINUTE or FRAMES-PER—BEAT", "BEATS-PER-MINUTE or FRAMES-PER-BEAT"),
    ("EDI]", "Linn"),
)


def proofread(text):
    for wrong, right in CORRECTIONS:
        if text.count(wrong) != 1:
            raise ValueError(f"the text of linn.png is not the one that was proofread: no {wrong!r}")
        text = text.replace(wrong, right)
    return re.sub("^0 ", "• ", text, flags=re.MULTILINE)

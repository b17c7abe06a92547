"""Pictures from residents: is it one, and a copy without its hidden data for staff to look at."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST = 10 * 1024 * 1024
"""Bytes; also the largest photo that Telegram's own clients send."""

MOST_PIXELS = 50_000_000
PREVIEW = (1600, 1600)


class NotAPicture(ValueError):  # noqa: N818 - says it as the resident will read it
    """The bytes are no JPEG, PNG or WebP picture of a reasonable size."""


def check_picture(data: bytes) -> None:
    """Raise NotAPicture unless the header is that of a picture we take; decodes nothing."""
    with _open(data):
        pass


def preview(data: bytes) -> bytes:
    """A JPEG of at most 1600 by 1600 pixels, upright, without EXIF, GPS or any other extra.

    Raises NotAPicture. Takes tens of milliseconds: call it in a thread.
    """
    with _open(data) as image:
        try:
            upright = ImageOps.exif_transpose(image).convert("RGB")
        except (OSError, ValueError, SyntaxError) as error:
            raise NotAPicture from error
        upright.thumbnail(PREVIEW)
        out = io.BytesIO()
        upright.save(out, "JPEG", quality=85)
        return out.getvalue()


def _open(data: bytes) -> Image.Image:
    if not data or len(data) > LARGEST:
        raise NotAPicture
    try:
        with warnings.catch_warnings():
            # Pillow warns of a very large picture before we can refuse it by its size.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture from error
    if image.width * image.height > MOST_PIXELS:
        image.close()
        raise NotAPicture
    return image

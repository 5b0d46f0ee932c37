import itertools
import re

import numpy as np
import pytest

from qualkit.charts.palette import PALETTE, TEXT_COLOUR, code_colours
from qualkit.model import Code, Codebook

# Machado, Oliveira & Fernandes (2009), table of matrices for severity 1.0
VISION = {
    "common": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip


def linear(colour):
    parts = np.array([int(colour[first : first + 2], 16) for first in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) + 0.05 for c in (one, other))
    return light[1] / light[0]


def lab(colour, vision):
    seen = np.clip(np.array(VISION[vision]) @ linear(colour), 0, 1)
    x = TO_XYZ @ seen / [0.95047, 1, 1.08883]
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_palette_has_twelve_different_colours():
    assert len(set(PALETTE)) == 12
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in PALETTE)


def test_dark_text_can_be_read_on_every_colour_and_every_colour_seen_on_white():
    assert min(contrast(colour, TEXT_COLOUR) for colour in PALETTE) >= 5
    assert min(contrast(colour, "#ffffff") for colour in PALETTE) >= 1.3


@pytest.mark.parametrize(
    ("vision", "least"),
    [("common", 35), ("protanopia", 19), ("deuteranopia", 19), ("tritanopia", 19)],
)
def test_any_two_colours_can_be_told_apart_however_one_sees(vision, least):
    # a difference of 2 can just be seen side by side, 10 at a glance
    pairs = itertools.combinations(PALETTE, 2)
    assert min(np.linalg.norm(lab(a, vision) - lab(b, vision)) for a, b in pairs) >= least


def book(*codes):
    return Codebook("c", codes)


def test_own_colours_stand_themes_take_the_palette_in_order_and_children_shades_of_it():
    colours = code_colours(
        book(
            Code("a", "A"),
            Code("a1", "A1", parent="a"),
            Code("a2", "A2", parent="a"),
            Code("b", "B"),
            Code("c", "C", colour="#ABCDEF"),
            Code("c1", "C1", parent="c", colour="#010203"),
        )
    )
    assert list(colours) == ["a", "a1", "a2", "b", "c", "c1"]
    assert (colours["a"], colours["b"]) == PALETTE[:2]
    assert (colours["c"], colours["c1"]) == ("#abcdef", "#010203")
    assert len({colours["a"], colours["a1"], colours["a2"]}) == 3


def test_a_theme_keeps_its_colour_when_a_code_is_added_below_another():
    before = code_colours(book(Code("a", "A"), Code("b", "B")))
    after = code_colours(book(Code("a", "A"), Code("a1", "A1", parent="a"), Code("b", "B")))
    assert after["b"] == before["b"]


def test_text_can_be_read_on_every_shade_of_a_large_codebook():
    themes = [Code(f"t{n}", f"T{n}") for n in range(20)]
    below = [Code(f"t{n}_{m}", f"T{n} {m}", parent=f"t{n}") for n in range(20) for m in range(9)]
    colours = code_colours(book(*themes, *below))
    assert len(colours) == 200
    assert min(contrast(colour, TEXT_COLOUR) for colour in colours.values()) >= 3

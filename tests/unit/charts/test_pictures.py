import sys

import altair as alt
import pytest

from qualkit.charts import picture
from qualkit.charts.marks import described
from qualkit.errors import UnknownFileKindError, UnwritableError


@pytest.fixture
def chart():
    values = alt.InlineData(values=[{"x": 1, "y": "löhne"}, {"x": 2, "y": "rota"}])
    bars = alt.Chart(values, title="Pay").mark_bar().encode(x="x:Q", y="y:N")
    return described(bars, "Two bars, < 3.")


@pytest.fixture
def converter():
    """The package that draws; a plain install has it."""
    return pytest.importorskip("vl_convert", reason="vl-convert-python is not installed")


@pytest.mark.usefixtures("converter")
def test_an_svg_has_its_words_as_text_and_its_description(chart):
    svg = picture(chart, ".svg").decode("utf-8")
    assert svg.startswith("<svg")
    assert "löhne" in svg
    assert 'role="img"><desc>Two bars, &lt; 3.</desc>' in svg
    assert svg.rstrip().endswith("</svg>")


@pytest.mark.usefixtures("converter")
def test_a_png_is_as_fine_as_asked(chart):
    one, two = (picture(chart, ".png", scale=scale) for scale in (1, 2))
    widths = [int.from_bytes(png[16:20], "big") for png in (one, two)]
    assert one.startswith(b"\x89PNG")
    assert widths[1] == pytest.approx(2 * widths[0], abs=2)


def test_where_the_package_is_missing_one_sentence_says_so(chart, monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(UnwritableError, match="pip install vl-convert-python"):
        picture(chart, ".svg")


def test_another_kind_is_refused(chart):
    with pytest.raises(UnknownFileKindError, match=r"cannot be written as '\.gif'; use \.svg or"):
        picture(chart, ".gif")

"""A suggester in a file: the same scores to the last bit, and nothing that a stranger can run."""

from __future__ import annotations

import hashlib
import json
import struct

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from qualkit.errors import NewerProjectError, NotEnoughError, OptionError, UnreadableFileError
from qualkit.model import Code, Codebook
from qualkit.suggest import Suggester
from qualkit.suggest.model_files import read_model, write_model
from qualkit.suggest.saving import _Reader, _Writer

WORDS = ("low pay", "pay is low", "poor pay here", "a nice garden", "the garden work", "roses grow")
BOOK = Codebook(
    "home",
    (
        Code("money", "Money", definition="What is earned"),
        Code("pay", "Pay", "money", markers=("wage*",), examples=("they pay little",)),
        Code("garden", "Garden"),
    ),
    version=3,
)


def study(copies: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    documents = [f"d{number}" for number in range(copies) for _ in WORDS]
    places = pd.DataFrame(
        {
            "document": documents,
            "position": list(range(1, len(WORDS) + 1)) * copies,
            "text": list(WORDS) * copies,
            "speaker": ["Ann", "Bob"] * (3 * copies),
            "role": ["carer", "manager"] * (3 * copies),
        }
    )
    code = np.where(places["text"].str.contains("pay"), "pay", "Garden")
    return places, places[["document", "position"]].assign(code=code)


@pytest.fixture(scope="module")
def fitted() -> Suggester:
    places, codings = study()
    return Suggester(minimum=3).fit(places, codings, places, BOOK)


@pytest.fixture
def file(fitted, tmp_path):
    fitted.save(tmp_path / "m.qkmodel")
    return tmp_path / "m.qkmodel"


def new() -> pd.DataFrame:
    texts = ["so little pay", "wages and roses", "", "Gärten 🌱", "the same as before?"]
    return pd.DataFrame({"document": "new", "position": range(1, 6), "text": texts})


def test_what_was_loaded_scores_offers_and_explains_to_the_last_bit(fitted, file):
    loaded = Suggester.load(file)
    for utterances in (new(), study()[0], study()[0][["document", "position", "text"]].iloc[4:9]):
        pd.testing.assert_frame_equal(
            loaded.score(utterances), fitted.score(utterances), check_exact=True
        )
        pd.testing.assert_frame_equal(loaded.offers(utterances), fitted.offers(utterances))
    for code in fitted.codes_:
        pd.testing.assert_frame_equal(
            loaded.explain("low wages", code), fitted.explain("low wages", code)
        )
        pd.testing.assert_frame_equal(loaded.nearest("pay", code), fitted.nearest("pay", code))
    assert loaded.get_params() == fitted.get_params()


def test_the_same_model_gives_the_same_bytes(fitted, file, tmp_path):
    again = Suggester(minimum=3).fit(*study(), study()[0], BOOK)
    name = again.save(tmp_path / "again")
    loaded = Suggester.load(file)
    assert loaded.save(tmp_path / "loaded") == name == loaded.about_["model"]
    content = file.read_bytes()
    assert (tmp_path / "again").read_bytes() == content == (tmp_path / "loaded").read_bytes()
    assert name == hashlib.sha256(content[:-32]).hexdigest()[:16]


def test_the_file_says_what_was_learned_from(fitted, tmp_path):
    fitted.save(tmp_path / "m", about={"coders": ["Ana"]})
    about = Suggester.load(tmp_path / "m").about_
    assert about["training"] | {"data": ""} == {
        "documents": 3, "utterances": 18, "languages": ["english"], "data": ""}  # fmt: skip
    assert about["coders"] == ["Ana"]
    assert (about["codebook"]["version"], about["parameters"]["minimum"]) == (3, 3)
    assert {one["code"]: one["codings"] for one in about["codes"]} == {
        "Money": 0, "Pay": 9, "Garden": 9}  # fmt: skip


def test_fitting_again_forgets_what_the_file_said(file):
    loaded = Suggester.load(file)
    loaded.fit(*study(2), study(2)[0])
    assert not hasattr(loaded, "about_")


def test_without_texts_no_utterance_is_in_the_file(fitted, tmp_path):
    places = study()[0].assign(text=lambda one: one["text"] + " unmistakable sentence of Ann")
    suggester = Suggester(minimum=3).fit(places, study()[1], places)
    suggester.save(tmp_path / "with")
    suggester.save(tmp_path / "without", texts=False)
    sentence = b"low pay unmistakable sentence"
    assert sentence in (tmp_path / "with").read_bytes()
    assert sentence not in (tmp_path / "without").read_bytes()
    loaded = Suggester.load(tmp_path / "without")
    pd.testing.assert_frame_equal(loaded.score(new()), suggester.score(new()), check_exact=True)
    assert loaded.about_["texts"] is False


def test_what_was_never_fitted_is_not_saved(tmp_path):
    with pytest.raises(NotEnoughError, match="learned nothing yet"):
        Suggester().save(tmp_path / "m")


def test_what_could_not_be_read_again_is_not_said(fitted, tmp_path):
    with pytest.raises(OptionError, match="about: what is to be said of the model"):
        fitted.save(tmp_path / "m", about={"quality": "very good"})
    fitted.save(tmp_path / "m", about={"study": "home care"})
    assert Suggester.load(tmp_path / "m").about_["study"] == "home care"


def told(path) -> str:
    with pytest.raises((UnreadableFileError, NewerProjectError)) as problem:
        Suggester.load(path)
    sentence = str(problem.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def signed(content: bytes) -> bytes:
    return content + hashlib.sha256(content).digest()


@pytest.mark.parametrize("keep", [0, 3, 15, 30, 200, -40, -1])
def test_a_file_cut_short_is_one_sentence(file, keep):
    file.write_bytes(file.read_bytes()[:keep])
    told(file)


def test_a_changed_byte_anywhere_is_noticed(file):
    content = file.read_bytes()
    for place in range(14, len(content), len(content) // 40):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        told(file)


def test_foreign_and_missing_files_and_folders_are_told_apart(tmp_path):
    (tmp_path / "a").write_bytes(b"PK\x03\x04 something zipped")
    assert "is no model of qualkit" in told(tmp_path / "a")
    (tmp_path / "b").write_bytes(b"\x80\x04cos\nsystem\n(S'true'\ntR.")
    assert "is no model of qualkit" in told(tmp_path / "b")
    assert "no such file" in told(tmp_path / "c")
    told(tmp_path)


def test_a_newer_format_says_so(file):
    body = file.read_bytes()[:-32].replace(b"qualkit model 01", b"qualkit model 09", 1)
    file.write_bytes(signed(body))
    assert "newer qualkit (model format 9; this reads 1); install a newer qualkit" in told(file)


def hostile(manifest: object, rest: object, arrays: bytes = b"") -> bytes:
    first, second = json.dumps(manifest).encode(), json.dumps(rest).encode()
    lengths = struct.pack("<QQ", len(first), len(second))
    return signed(b"qualkit model 01\n" + lengths + first + second + arrays)


@pytest.mark.parametrize(
    "content",
    [
        hostile({"kind": "suggester"}, {"arrays": [["<f8", [2**40, 2**40]]], "state": {}}),
        hostile({"kind": "suggester"}, {"arrays": [["<f8", [-1]]], "state": {}}),
        hostile({"kind": "suggester"}, {"arrays": [["|O", [1]]], "state": {}}, b"12345678"),
        hostile({"kind": "suggester"}, {"arrays": [["<f8", [1]]], "state": {}}, b"1234567"),
        hostile({"kind": "suggester"}, {"arrays": [], "state": {}}, b"more than is said"),
        hostile({"kind": "suggester"}, {"arrays": [], "state": []}),
        hostile([], {"arrays": [], "state": {}}),
        hostile({"kind": "cook"}, {"arrays": [], "state": {}}),
        signed(b"qualkit model 01\n" + struct.pack("<QQ", 2**63, 2**63)),
        signed(b"qualkit model 01\n" + struct.pack("<QQ", 2 * 9000, 2) + b"[]" * 9000 + b"{}"),
        signed(b"qualkit model 01\n" + struct.pack("<QQ", 90000, 2) + b"[" * 90000 + b"{}"),
    ],
)
def test_hostile_files_are_one_sentence(tmp_path, content):
    (tmp_path / "m").write_bytes(content)
    told(tmp_path / "m")


@pytest.mark.parametrize(
    "name",
    [
        "suggest.saving:os",
        "..os:system",
        "suggest.words:re",
        "errors:QualkitError",
        "x",
        "cli:main",
    ],
)
def test_no_class_but_our_own_is_filled(tmp_path, name):
    node = {"$": "object", "class": name, "state": {"$": "dict", "keys": [], "values": []}}
    state = {"$": "dict", "keys": ["_fitted"], "values": [node]}
    (tmp_path / "m").write_bytes(hostile({"kind": "suggester"}, {"arrays": [], "state": state}))
    assert "holds no suggester that qualkit" in told(tmp_path / "m")


def test_sparse_tables_that_point_outside_are_refused():
    data, indices, pointers = np.ones(1), np.array([7], np.int32), np.array([0, 1], np.int32)
    node = {"$": "csr", "at": [0, 1, 2], "shape": [1, 3]}
    with pytest.raises(ValueError, match="indices must be"):
        _Reader([data, indices, pointers]).value(node)
    with pytest.raises(ValueError, match="absurd"):
        _Reader([data, indices, pointers]).value(node | {"shape": [10**9, 3]})


def test_learned_state_that_does_not_fit_together_is_refused(fitted, tmp_path):
    writer = _Writer(with_texts=True)
    state = {name: value for name, value in vars(fitted).items() if name != "about_"}
    state["codes_"] = ["Pay"]
    write_model(tmp_path / "m", {"kind": "suggester"}, writer.node(state), writer.arrays)
    assert "holds no suggester that qualkit" in told(tmp_path / "m")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("parameters", None),
        ("codebook", 5),
        ("codebook", {"name": "x", "version": 1, "codes": [{}]}),
        ("codes", []),
        ("training", {"documents": 1}),
        ("texts", "no"),
        ("coders", [1]),
        ("quality", [{"code": "Pay"}]),
    ],
)
def test_a_file_that_says_nonsense_of_itself_is_refused(file, tmp_path, name, value):
    found = read_model(file)
    write_model(tmp_path / "m", {**found.manifest, name: value}, found.state, found.arrays)
    assert "holds no suggester that qualkit" in told(tmp_path / "m")


def test_every_kind_of_value_comes_back():
    values = [
        None, True, 3, 0.1, float("inf"), "ä\ud800", (1, "a"), {"b": [1], 2: None}, np.float32(0.1),
        np.arange(6, dtype=np.int32).reshape(2, 3), np.array(["a", None], dtype=object),
        pd.Series(["a", None], index=["x", "y"], name="n"), pd.RangeIndex(2, 9, 3),
        pd.Series([1.5, np.nan]), pd.Index([3, 4], name="i"), sparse.csr_matrix(np.eye(3)),
        pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [True, False]}, index=[5, 3]),
        pd.MultiIndex.from_tuples([("d", 1)], names=["document", "position"]), BOOK, {"s"},
    ]  # fmt: skip
    writer = _Writer(with_texts=True)
    node = json.loads(json.dumps(writer.node(values)))
    found = _Reader(writer.arrays).value(node)
    for one, other in zip(values, found, strict=True):
        assert type(other) is type(one)
        if isinstance(one, (pd.Series, pd.DataFrame)):
            assert one.equals(other)
        elif isinstance(one, (pd.Index, np.ndarray)):
            assert list(map(str, one.ravel())) == list(map(str, other.ravel()))
        elif sparse.issparse(one):
            assert (one != other).nnz == 0
        else:
            assert one == other


def test_objects_of_other_kinds_are_not_written():
    with pytest.raises(TypeError, match="are not written"):
        _Writer(with_texts=True).node(object())
    with pytest.raises(TypeError, match="are not written"):
        _Writer(with_texts=True).node(np.array([[None]], dtype=object))


def test_equal_arrays_are_kept_once(tmp_path):
    writer = _Writer(with_texts=True)
    writer.node([np.arange(5), np.arange(5), np.arange(5.0)])
    assert len(writer.arrays) == 2
    write_model(tmp_path / "m", {}, [], writer.arrays)
    assert [one.tolist() for one in read_model(tmp_path / "m").arrays] == [[0, 1, 2, 3, 4]] * 2

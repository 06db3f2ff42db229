"""The sentence model in numpy: it says what the model is known to say, the same each time."""

import json
import struct
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="the trained reader is not installed")
pytest.importorskip("tokenizers", reason="the trained reader is not installed")

from intake.understand.model.encoder import WIDTH, Encoder, folder, read_safetensors  # noqa: E402


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    place = folder()
    if place is None:
        pytest.skip("the sentence model is not installed")
    return Encoder(place)


def test_it_gives_the_likeness_that_the_model_is_published_with(encoder: Encoder) -> None:
    said = ["That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"]
    vectors = encoder.encode(said)
    assert np.allclose(vectors[1:] @ vectors[0], [0.695, 0.943, 0.257], atol=0.002)


def test_a_thing_said_in_other_words_is_nearer_than_another_thing(encoder: Encoder) -> None:
    vectors = encoder.encode(
        [
            "He put his hand on my leg in theatre.",
            "The surgeon touched my thigh during the operation.",
            "The car park is full by seven every morning.",
        ]
    )
    assert float(vectors[0] @ vectors[1]) > float(vectors[0] @ vectors[2]) + 0.2


def test_the_same_sentences_give_the_same_numbers_to_the_last_bit(encoder: Encoder) -> None:
    said = ["Nobody answers the bleep.", "I have not slept.", ""]
    assert (encoder.encode(said) == encoder.encode(said)).all()


def test_company_does_not_change_what_a_sentence_means(encoder: Encoder) -> None:
    alone = encoder.encode(["Nobody answers the bleep."])
    assert np.allclose(encoder.encode(["Thank you.", "Nobody answers the bleep."])[1], alone[0], atol=1e-5)


@pytest.mark.parametrize("said", ["", " ", "\u200b", "x" * 5000, "word " * 3000, "🙂" * 40])
def test_any_text_has_a_vector_of_length_one(encoder: Encoder, said: str) -> None:
    vectors = encoder.encode([said])
    assert vectors.shape == (1, WIDTH)
    assert np.allclose((vectors * vectors).sum(), 1, atol=1e-4)


def test_no_sentence_has_no_vector(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, WIDTH)


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    head = json.dumps({"a": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}).encode()
    path = tmp_path / "t.safetensors"
    path.write_bytes(struct.pack("<Q", len(head)) + head + struct.pack("<4f", 1, 2, 3, 4))
    assert read_safetensors(path)["a"].tolist() == [[1, 2], [3, 4]]


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.safetensors"
    path.write_bytes(b"\xff" * 64)
    with pytest.raises(ValueError, match="not a safetensors file"):
        read_safetensors(path)

"""A made-up French–English package of the shape that real Argos packages have, for measuring speed and memory.

6 encoder and 6 decoder layers, 512 wide, 8 heads, 2,048 inner, 32,000 pieces, int8. The weights are random, so what
it says means nothing. It must end, however, after about as many tokens as a translation would have: a
decoder that runs to the limit every time would measure another thing. Two dimensions are kept for that:

    CLOCK   holds the position, in the encoder and in the decoder: the position encodings are a straight line
            there, and no sub-layer adds to it.
    LENGTH  holds half the length of the source: in the first decoder layer one head of the attention to the encoder
            copies CLOCK of the encoder to it. The attention is nearly even, so what arrives is the mean of
            the positions.

The logit of `</s>` is STEEP × (position − source length), and at the length of the source it is as large as the
largest of the others is expected to be: it overtakes them a few tokens before or behind. Longer sentences have
longer outputs, as in life, so that sorting by length helps as much as it does there. The tokenizer is the small
package's; its vocabulary is filled up with pieces it never makes.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import sentencepiece
from argos_packages import SMALL
from ctranslate2.specs import transformer_spec

LAYERS, WIDTH, HEADS, INNER, PIECES = 6, 512, 8, 2048, 32_000
POSITIONS = 512
CLOCK, LENGTH = WIDTH - 1, WIDTH - 2
TICK = 0.02  # of CLOCK for each position: small beside the other dimensions, so that layer norms hardly bend it
STEEP = 0.8  # of the logit of </s> for each position
SPREAD = 2.0  # of the other logits
LARGEST = 4.0  # of 32,000 normal deviates, about
SMALL_WEIGHTS = 0.3  # of the sub-layers, beside those that keep variance


def build(path: Path, seed: int = 1) -> Path:
    """Write the package to `path`, an .argosmodel file of about 75 MB, and return it."""
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(SMALL) as small:
        folder = Path(scratch)
        root = small.namelist()[0].split("/")[0]
        (folder / "sentencepiece.model").write_bytes(small.read(f"{root}/sentencepiece.model"))
        (folder / "model").mkdir()
        _spec(_pieces(folder / "sentencepiece.model"), np.random.default_rng(seed)).save(str(folder / "model"))
        (folder / "metadata.json").write_text(json.dumps(_METADATA))
        with zipfile.ZipFile(path, "w") as archive:
            for file in sorted(file for file in folder.rglob("*") if file.is_file()):
                archive.write(file, f"translate-fr_en-synthetic/{file.relative_to(folder).as_posix()}")
    return path


_METADATA = {
    "package_version": "0.0",
    "argos_version": "1.9",
    "from_code": "fr",
    "from_name": "French",
    "to_code": "en",
    "to_name": "English",
    "links": [],
    "type": "translate",
    "code": "translate-fr_en",
}


def _pieces(model: Path) -> list[str]:
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    known = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
    return known + [f"▁filler{i}" for i in range(PIECES - len(known))]


def _spec(pieces: list[str], random: np.random.Generator) -> transformer_spec.TransformerSpec:
    spec = transformer_spec.TransformerSpec.from_config((LAYERS, LAYERS), HEADS, pre_norm=True)
    embeddings = _embeddings(random)
    spec.encoder.embeddings[0].weight = embeddings
    spec.decoder.embeddings.weight = embeddings
    for side in (spec.encoder, spec.decoder):
        side.scale_embeddings = True
        side.position_encodings.encodings = _positions()
        _norm(side.layer_norm)
    for layer in spec.encoder.layer:
        _attention(layer.self_attention, random, (3, 1))
        _feed_forward(layer.ffn, random)
    for layer in spec.decoder.layer:
        _attention(layer.self_attention, random, (3, 1))
        _attention(layer.attention, random, (1, 2, 1))
        _feed_forward(layer.ffn, random)
    _copy_length(spec.decoder.layer[0].attention)
    spec.decoder.projection.weight = _projection(random, pieces.index("</s>"))
    spec.decoder.projection.bias = np.zeros(PIECES, np.float32)
    spec.decoder.projection.bias[pieces.index("</s>")] = SPREAD * LARGEST
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<s>", "</s>", "<unk>"
    spec.config.add_source_eos = True
    spec.validate()
    spec.optimize(quantization="int8")
    return spec


def _embeddings(random: np.random.Generator) -> np.ndarray:
    """Of variance 1 once they are multiplied by the root of the width, as `scale_embeddings` does."""
    weight = random.normal(0, WIDTH**-0.5, (PIECES, WIDTH)).astype(np.float32)
    weight[:, [CLOCK, LENGTH]] = 0
    return weight


def _positions() -> np.ndarray:
    encodings = np.zeros((POSITIONS, WIDTH), np.float32)
    encodings[:, CLOCK] = TICK * np.arange(POSITIONS)
    return encodings


def _norm(spec: object) -> None:
    spec.gamma, spec.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)  # type: ignore[attr-defined]


def _linear(spec: object, random: np.random.Generator, out: int, inner: int, last: bool = False) -> None:
    """Small random weights; the last of a sub-layer adds nothing to the dimensions that are kept."""
    weight = random.normal(0, SMALL_WEIGHTS * inner**-0.5, (out, inner)).astype(np.float32)
    if last:
        weight[[CLOCK, LENGTH]] = 0
    spec.weight, spec.bias = weight, np.zeros(out, np.float32)  # type: ignore[attr-defined]


def _attention(spec: object, random: np.random.Generator, widths: tuple[int, ...]) -> None:
    """`widths` of the linear layers in turn, in units of WIDTH: queries, keys and values may be one layer."""
    _norm(spec.layer_norm)  # type: ignore[attr-defined]
    for index, width in enumerate(widths):
        linear = spec.linear[index]  # type: ignore[attr-defined]
        _linear(linear, random, width * WIDTH, WIDTH, last=index == len(widths) - 1)


def _feed_forward(spec: object, random: np.random.Generator) -> None:
    _norm(spec.layer_norm)  # type: ignore[attr-defined]
    _linear(spec.linear_0, random, INNER, WIDTH)  # type: ignore[attr-defined]
    _linear(spec.linear_1, random, WIDTH, INNER, last=True)  # type: ignore[attr-defined]


def _copy_length(attention: object) -> None:
    """The last value of the last head is CLOCK of the encoder, and goes to LENGTH of the decoder."""
    values, out = attention.linear[1], attention.linear[2]  # type: ignore[attr-defined]
    values.weight[-1] = 0
    values.weight[-1, CLOCK] = 1
    out.weight[LENGTH, -1] = 1


def _projection(random: np.random.Generator, end: int) -> np.ndarray:
    weight = random.normal(0, SPREAD * WIDTH**-0.5, (PIECES, WIDTH)).astype(np.float32)
    weight[:, [CLOCK, LENGTH]] = 0
    weight[end] = 0
    weight[end, [CLOCK, LENGTH]] = STEEP / TICK, -2 * STEEP / TICK
    return weight

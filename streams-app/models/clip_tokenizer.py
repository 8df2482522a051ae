"""CLIP's byte-pair tokenizer as one tokenizer.json, from the vocabulary file in the open_clip_torch wheel.

The result works in HuggingFace `tokenizers` and in DJL: it normalises (common HTML entities, straight
quotes, full-width forms and ligatures as `ftfy` does, NFC, white space, lower case), splits with CLIP's
regular expression, applies byte-level BPE with the `</w>` suffix, adds the start and end tokens and cuts
or pads (id 0) to 77. What it leaves to the caller: `ftfy`'s repair of mojibake and rarer HTML entities.
"""
from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import unicodedata
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

START, END = "<start_of_text>", "<end_of_text>"
START_ID, END_ID, PAD_ID, CONTEXT_LENGTH = 49406, 49407, 0, 77
VOCABULARY_SIZE = 49408
_MERGE_COUNT = 49152 - 256 - 2
_SPLIT = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def _byte_characters() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes, in CLIP's vocabulary order."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAC + 1), *range(0xAE, 0xFF + 1)]
    others = [b for b in range(256) if b not in printable]
    return [chr(b) for b in printable] + [chr(256 + n) for n in range(len(others))]


def _merges() -> list[tuple[str, str]]:
    # find_spec does not import open_clip (nor torchvision with it)
    package = importlib.util.find_spec("open_clip").submodule_search_locations[0]
    with gzip.open(Path(package) / "bpe_simple_vocab_16e6.txt.gz", "rt", encoding="utf-8") as lines:
        rows = lines.read().split("\n")[1:_MERGE_COUNT + 1]
    return [tuple(row.split()) for row in rows]


def _repairs() -> list:
    """What open_clip's text cleaning changes and plain NFC does not, as literal replacements."""
    pairs = [("&amp;", "&"), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'")]
    wide = [chr(c) for c in range(0xFF01, 0xFFF0)] + list("\u3000ĲĳŉǄǅǆǇǈǉǊǋǌǱǲǳﬀﬁﬂﬃﬄﬅﬆ")
    for character in wide:
        plain = unicodedata.normalize("NFKC", character)
        if plain != character:
            pairs.append((character, plain))
    quotes = [normalizers.Replace(Regex("[\u02bc\u2018-\u201b]"), "'"),
              normalizers.Replace(Regex("[\u201c-\u201f]"), '"')]
    return [normalizers.Replace(old, new) for old, new in pairs] + quotes


def build_tokenizer() -> Tokenizer:
    merges, characters = _merges(), _byte_characters()
    words = characters + [c + "</w>" for c in characters] + ["".join(m) for m in merges] + [START, END]
    vocabulary = {word: i for i, word in enumerate(words)}
    assert len(vocabulary) == VOCABULARY_SIZE and vocabulary[START] == START_ID
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, continuing_subword_prefix="",
                                     end_of_word_suffix="</w>", fuse_unk=False))
    tokenizer.normalizer = normalizers.Sequence(
        [*_repairs(), normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(_SPLIT), "removed", invert=True),
         pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(START, special=True, normalized=False),
                                  AddedToken(END, special=True, normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}", pair=f"{START} $A {END} $B {END}",
        special_tokens=[(START, START_ID), (END, END_ID)])
    tokenizer.enable_truncation(CONTEXT_LENGTH)
    tokenizer.enable_padding(length=CONTEXT_LENGTH, pad_id=PAD_ID, pad_token="!")
    return tokenizer


def write_tokenizer(path: Path) -> None:
    """Compact JSON with merges as `"a b"` strings, which every tokenizers version reads."""
    document = json.loads(build_tokenizer().to_str())
    document["model"]["merges"] = [m if isinstance(m, str) else " ".join(m) for m in document["model"]["merges"]]
    path.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def encode(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    return [encoding.ids for encoding in tokenizer.encode_batch(texts)]


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes tokenizer.json; --check compares it with golden cases.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--check", type=Path, help="JSON list of {text, ids}")
    args = parser.parse_args()
    write_tokenizer(args.out)
    print(f"{args.out}: {args.out.stat().st_size} bytes")
    if args.check:
        cases = json.loads(args.check.read_text(encoding="utf-8"))
        tokenizer = Tokenizer.from_file(str(args.out))
        failed = [case["text"] for case in cases if tokenizer.encode(case["text"]).ids != case["ids"]]
        print(f"{len(cases) - len(failed)} of {len(cases)} equal; different: {failed}")


if __name__ == "__main__":
    main()

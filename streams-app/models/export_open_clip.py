"""Exports any open_clip model to a bundle: image and text ONNX, tokenizer.json, manifest with digests.

    python export_open_clip.py --model ViT-B-32 --pretrained laion2b.safetensors --out bundles/vitb32
    python export_open_clip.py --model ViT-L-14 --pretrained openai.pt --vision-weights fare_eps_2.pt --out ...
    python export_open_clip.py --model ViT-B-32 --pretrained none --seed 0 --parity 4 --gradient --out ...

`--vision-weights` replaces the image tower by an adversarially fine-tuned one (FARE, TeCoA): a state dict
of the visual tower, whose keys may carry prefixes such as `module.`, `model.` or `visual.`.
`--pretrained none` gives random weights, for tests of the architecture. Models above 2 GB a graph need
`--fp16` (arithmetic in half precision, for accelerators).
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

import bundle
import gradient
from clip_tokenizer import CONTEXT_LENGTH, VOCABULARY_SIZE, build_tokenizer, encode, write_tokenizer
from onnx_clip import BundleModel

PARITY_PROMPTS = ["a photo of a cat.", "a photo of a dog.", "a close-up photo of a kitchen knife.", "",
                  "Über-café, 3 PISTOLS & a syringe!", "a " + "very " * 100 + "long prompt"]
_PREFIXES = ("module.", "model.", "clip.", "vision_model.", "visual.", "encoder.")


def import_open_clip():
    """open_clip imports torchvision, whose compiled operators may not fit the installed torch."""
    try:
        import open_clip
    except RuntimeError as missing:
        if "torchvision::" not in str(missing):
            raise
        import sys
        for name in [n for n in sys.modules if n.split(".")[0] in ("torchvision", "open_clip")]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "FRAGMENT")
        import_open_clip.library = library  # the definitions live as long as this object
        for operator in ("nms", "qnms"):
            library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import open_clip
    return open_clip


class ImageGraph(nn.Module):
    """uint8 [batch, size, size, 3] -> un-normalised embedding; x/255, mean and std inside."""

    def __init__(self, clip: nn.Module, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        super().__init__()
        self.clip = clip
        self.register_buffer("mean", torch.tensor(mean).reshape(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).reshape(1, 3, 1, 1))

    def forward(self, pixels: Tensor) -> Tensor:
        scaled = pixels.permute(0, 3, 1, 2).float() / 255.0
        normalised = (scaled - self.mean) / self.std
        return self.clip.encode_image(normalised.to(self.clip.logit_scale.dtype)).float()


class TextGraph(nn.Module):
    def __init__(self, clip: nn.Module) -> None:
        super().__init__()
        self.clip = clip

    def forward(self, tokens: Tensor) -> Tensor:
        return self.clip.encode_text(tokens).float()


def load_vision_weights(visual: nn.Module, path: Path) -> None:
    """Strict on the outcome, tolerant of prefixes, wrappers and leftover text weights."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    for wrapper in ("state_dict", "model", "vision_encoder_state_dict"):
        state = state.get(wrapper, state) if isinstance(state.get(wrapper), dict) else state
    wanted, found = visual.state_dict(), {}
    for key, value in state.items():
        name, stripped = key, True
        while name not in wanted and stripped:
            stripped = next((p for p in _PREFIXES if name.startswith(p)), "")
            name = name[len(stripped):]
        # a CLIP-wide checkpoint also has text keys that collide once stripped: shapes decide
        if name in wanted and value.shape == wanted[name].shape and (name not in found or "visual." in key):
            found[name] = value.float()
    missing = sorted(set(wanted) - set(found))
    if missing:
        raise SystemExit(f"{path}: {len(missing)} of {len(wanted)} weights of the image tower are missing, "
                         f"for example {missing[:3]}; its keys look like {list(state)[:3]}")
    visual.load_state_dict(found)


def create_model(open_clip, args: argparse.Namespace) -> nn.Module:
    torch.manual_seed(args.seed)
    pretrained = None if args.pretrained == "none" else args.pretrained
    quick_gelu = {"force_quick_gelu": True} if args.quick_gelu else {}
    model = open_clip.create_model(args.model, pretrained=pretrained, precision="fp32", **quick_gelu)
    if args.vision_weights:
        load_vision_weights(model.visual, args.vision_weights)
    return model.eval()


def write_parity(out: Path, image: nn.Module, text: nn.Module, size: int, count: int, seed: int) -> None:
    """PyTorch's embeddings of seeded images (PNG of the input size: resizing is the identity) and prompts."""
    rng, rows = np.random.default_rng([seed, 77]), []
    for index in range(count):
        coarse = Image.fromarray(rng.integers(0, 256, (9 + 4 * index, 9 + 4 * index, 3), dtype=np.uint8))
        picture = coarse.resize((size, size), Image.Resampling.BICUBIC)
        picture.save(out / f"parity-{index}.png")
        with torch.no_grad():
            embedding = image(torch.from_numpy(np.array(picture))[None])[0]
        rows.append({"file": f"parity-{index}.png", "embedding": embedding.tolist()})
    tokens = torch.tensor(encode(build_tokenizer(), PARITY_PROMPTS))
    with torch.no_grad():
        embeddings = text(tokens)
    prompts = [{"text": t, "embedding": e.tolist()} for t, e in zip(PARITY_PROMPTS, embeddings)]
    (out / "parity.json").write_text(json.dumps({"images": rows, "prompts": prompts}) + "\n", encoding="utf-8")


def relative_error(seen: np.ndarray, expected: np.ndarray) -> float:
    return float((np.linalg.norm(seen - expected, axis=1) / np.linalg.norm(expected, axis=1)).max())


def check_parity(out: Path) -> None:
    """The bundle in ONNX Runtime against parity.json, with the tokens of the written tokenizer.json."""
    model, document = BundleModel(out), json.loads((out / "parity.json").read_text(encoding="utf-8"))
    pixels = np.stack([np.asarray(Image.open(out / row["file"]).convert("RGB")) for row in document["images"]])
    for name, seen in (("images", model.embed_images(pixels)),
                       ("prompts", model.embed_texts([row["text"] for row in document["prompts"]]))):
        expected = np.array([row["embedding"] for row in document[name]])
        print(f"parity, ONNX Runtime against PyTorch, {len(seen)} {name}: relative error "
              f"{relative_error(seen, expected):.2e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="ViT-B-32", help="an open_clip architecture")
    parser.add_argument("--pretrained", default="none", help="checkpoint path, open_clip tag, or none: random weights")
    parser.add_argument("--vision-weights", type=Path, help="state dict of another image tower (FARE, TeCoA)")
    parser.add_argument("--quick-gelu", action="store_true", help="OpenAI's activation, where the name does not say it")
    parser.add_argument("--fp16", action="store_true", help="half-precision arithmetic, float32 outputs")
    parser.add_argument("--parity", type=int, default=0, metavar="N", help="also write parity.json with N images")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--license", default="see the checkpoint's own licence")
    parser.add_argument("--provenance", help="default: model, checkpoint and seed")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--gradient", action="store_true", help="also the image tower's gradient, see gradient.py")
    args = parser.parse_args()
    if args.gradient and args.fp16:
        raise SystemExit("--gradient with --fp16: gradients vanish in half precision; export once more in float32")

    open_clip = import_open_clip()
    torch.backends.mha.set_fastpath_enabled(False)  # the fused attention has no ONNX form
    model = create_model(open_clip, args)
    settings, config = model.visual.preprocess_cfg, open_clip.get_model_config(args.model)
    size = settings["size"][0] if isinstance(settings["size"], (tuple, list)) else settings["size"]
    if settings.get("resize_mode", "shortest") != "shortest" or settings.get("interpolation") != "bicubic":
        raise SystemExit(f"{args.model} resizes by {settings}; the service only does bicubic on the shortest side")
    words = config["text_cfg"].get("vocab_size", VOCABULARY_SIZE)
    if model.context_length != CONTEXT_LENGTH or words != VOCABULARY_SIZE:
        raise SystemExit(f"{args.model} does not use CLIP's tokenizer with context length {CONTEXT_LENGTH}")

    args.out.mkdir(parents=True, exist_ok=True)
    image, text = ImageGraph(model, settings["mean"], settings["std"]).eval(), TextGraph(model).eval()
    scale = float(model.logit_scale.exp().item())
    if args.parity:
        write_parity(args.out, image, text, size, args.parity, args.seed)
    # The text tower stays in float32: it runs on the processor, once for a label set, where half precision
    # is slower, and ONNX Runtime 1.28 crashes on it.
    bundle.export_text(text, args.out / bundle.TEXT_FILE)
    if args.fp16:
        model.half()  # normalisation stays in float32
    bundle.export_image(image, size, args.out / bundle.IMAGE_FILE)
    if args.gradient:
        gradient.add_gradient_graphs(args.out, size, config["embed_dim"])
    write_tokenizer(args.out / bundle.TOKENIZER_FILE)

    weights = f"weights {Path(args.pretrained).name}"
    if args.pretrained == "none":
        weights = f"random weights, seed {args.seed}"
    if args.vision_weights:
        weights += f", image tower {args.vision_weights.name}"
    fields = dict(
        name=args.out.name, architecture=f"open_clip {open_clip.__version__} {args.model}", licence=args.license,
        provenance=args.provenance or f"{args.model}, {weights}; exported by streams-app/models/export_open_clip.py",
        embedding_dim=config["embed_dim"], logit_scale=scale, size=size,
        mean=list(settings["mean"]), std=list(settings["std"]), vocabulary=None,
        templates=[t("{}") for t in open_clip.OPENAI_IMAGENET_TEMPLATES],
        precision="fp16" if args.fp16 else "fp32")
    bundle.write_manifest(args.out, **fields, anchor=[0.0] * config["embed_dim"])
    anchor = bundle.blank_anchor(BundleModel(args.out).embed_texts, fields["templates"])
    bundle.write_manifest(args.out, **fields, anchor=anchor)
    if args.parity:
        check_parity(args.out)
        if args.gradient:
            gradient.check_parity(image, args.out, batches=(1, 3, args.parity))
    print(", ".join(f"{f.name} {f.stat().st_size}" for f in sorted(args.out.iterdir())))


if __name__ == "__main__":
    main()

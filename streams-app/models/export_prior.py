"""Adds a diffusion prior to a bundle: prior.onnx, prior-vjp.onnx, their common prior.weights and the manifest's section.

    python export_prior.py --checkpoint prior.pt --out ../bundles/emoji
    python export_prior.py --checkpoint CHECKPOINT.pth --config CONFIG.json --conditioning BLANK.npz --out BUNDLE
    python export_prior.py --checkpoint none --config CONFIG.json --out SCRATCH      # random weights, parity only

CHECKPOINT is what DALLE2-pytorch saves, CONFIG its training configuration. BLANK.npz holds what the prior was trained
to be conditioned on, for the blank prompt: `text_embed` [dim], unit, and, where it was trained with them,
`text_encodings` [tokens, dim] (the text tower's last hidden states; `--open-clip` makes both). Without it the
bundle's blank anchor stands in, which is right for priors trained without text encodings.

Where OUT has no manifest.json, the section is written to prior.json instead. The exported graphs are compared with
PyTorch's network and its automatic differentiation; a relative error above 1e-4 fails the export.
"""
from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from bundle import OPSET, describe_file
from prior_graph import PriorForward, PriorVjp
from prior_model import PriorNetwork, PriorShape, load_network

FORWARD_FILE, VJP_FILE, WEIGHTS_FILE = "prior.onnx", "prior-vjp.onnx", "prior.weights"
STEPS = 1000
SMALLEST_EXTERNAL = 64
TOLERANCE = 1e-4


def round_to_half(network: nn.Module) -> None:
    """So that half-precision storage loses nothing more. Not the time table: rounding would undo its low rank."""
    with torch.no_grad():
        for name, value in network.named_parameters():
            if not name.startswith("to_time_embeds"):
                value.copy_(value.half().float())


def export_graph(module: nn.Module, inputs: dict[str, torch.Tensor], output: str, path: Path) -> None:
    axes = {name: {0: "batch"} for name in (*inputs, output)}
    with torch.no_grad():
        # constants stay as they are, or the transposed weights of the backward pass would be stored once more
        torch.onnx.export(module.eval(), tuple(inputs.values()), str(path), dynamo=False, opset_version=OPSET,
                          do_constant_folding=False, input_names=list(inputs), output_names=[output],
                          dynamic_axes=axes)


def compact(model: onnx.ModelProto) -> None:
    """Drops what only people read: names of nodes and of values between them, and inferred shapes."""
    del model.graph.value_info[:]
    kept = {v.name for v in (*model.graph.initializer, *model.graph.input, *model.graph.output)}
    short: dict[str, str] = {"": ""}
    for node in model.graph.node:
        node.name, node.doc_string = "", ""
        for names in (node.input, node.output):
            for i, name in enumerate(names):
                names[i] = name if name in kept else short.setdefault(name, f"v{len(short)}")


def share_weights(paths: list[Path], weights: Path) -> None:
    """Moves the initialisers of all graphs into one file, each content once; exact halves are stored as such."""
    offsets: dict[bytes, int] = {}
    with weights.open("wb") as out:
        for path in paths:
            model = onnx.load(str(path))
            compact(model)
            casts = []
            for tensor in model.graph.initializer:
                values = numpy_helper.to_array(tensor)
                if values.size < SMALLEST_EXTERNAL or values.dtype != np.float32:
                    continue
                name, kind = tensor.name, TensorProto.FLOAT
                with np.errstate(over="ignore"):
                    half = values.astype(np.float16)
                if np.array_equal(half.astype(np.float32), values):
                    casts.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
                    values, name, kind = half, name + "_half", TensorProto.FLOAT16
                raw = values.tobytes()
                key = hashlib.sha256(raw).digest()
                if key not in offsets:
                    out.write(b"\0" * (-out.tell() % 64))
                    offsets[key] = out.tell()
                    out.write(raw)
                tensor.Clear()
                tensor.name, tensor.data_type = name, kind
                tensor.dims.extend(values.shape)
                tensor.data_location = TensorProto.EXTERNAL
                for field, value in (("location", weights.name), ("offset", offsets[key]), ("length", len(raw))):
                    tensor.external_data.add(key=field, value=str(value))
            nodes = casts + list(model.graph.node)
            del model.graph.node[:]
            model.graph.node.extend(nodes)
            path.write_bytes(model.SerializeToString())
    for path in paths:
        onnx.checker.check_model(str(path))


def write_graphs(network: PriorNetwork, text_embed: torch.Tensor, text_encodings: torch.Tensor | None,
                 out: Path) -> None:
    forward = PriorForward(network, STEPS, text_embed, text_encodings)
    generator = torch.Generator().manual_seed(0)
    noised = torch.randn(3, network.shape.dim, generator=generator)
    inputs = {"noised": noised, "timestep": torch.tensor([900, 950, 999])}
    export_graph(forward, inputs, "predicted", out / FORWARD_FILE)
    export_graph(PriorVjp(forward), {**inputs, "cotangent": noised.flip(0).contiguous()}, "gradient", out / VJP_FILE)
    share_weights([out / FORWARD_FILE, out / VJP_FILE], out / WEIGHTS_FILE)


def parity(network: PriorNetwork, text_embed: torch.Tensor, text_encodings: torch.Tensor | None, out: Path,
           rows: int = 5) -> tuple[float, float]:
    """Relative errors of both graphs on ONNX Runtime against the whole network and autograd."""
    generator = torch.Generator().manual_seed(1)
    noised = torch.randn(rows, network.shape.dim, generator=generator, requires_grad=True)
    v = torch.randn(rows, network.shape.dim, generator=generator)
    t = torch.tensor([0, STEPS // 2, STEPS - 100, STEPS - 1, 1])[:rows]
    encodings = None if text_encodings is None else text_encodings.expand(rows, -1, -1)
    expected = network(noised, t, text_embed.expand(rows, -1), encodings)
    gradient, = torch.autograd.grad(expected, noised, v)
    feeds = {"noised": noised.detach().numpy(), "timestep": t.numpy()}
    errors = []
    for file, wanted, given in ((FORWARD_FILE, expected.detach(), feeds),
                                (VJP_FILE, gradient, {**feeds, "cotangent": v.numpy()})):
        session = onnxruntime.InferenceSession(str(out / file), providers=["CPUExecutionProvider"])
        seen = session.run(None, given)[0]
        errors.append(float(np.abs(seen - wanted.numpy()).max() / wanted.abs().max()))
    return errors[0], errors[1]


def load_checkpoint(path: Path, config: Path | None, ema: bool) -> tuple[dict, dict]:
    """The `prior` section of the configuration, and the state dict."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    settings = json.loads(config.read_text(encoding="utf-8")) if config else saved["config"]
    state = saved.get("ema" if ema else "model", saved)
    if ema:
        state = {k.removeprefix("ema_model."): v for k, v in state.items() if k.startswith("ema_model.")}
    return settings.get("prior", settings), state


def random_network(config: Path, seed: int = 0) -> tuple[dict, PriorNetwork]:
    settings = json.loads(config.read_text(encoding="utf-8"))
    settings = settings.get("prior", settings)
    torch.manual_seed(seed)
    return settings, PriorNetwork(PriorShape.of(settings["net"])).eval()


def blank_from_open_clip(model_name: str, pretrained: str, prompt: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Unit text embedding [dim] and last hidden states up to the end token [tokens, width] of a prompt."""
    import open_clip
    model = open_clip.create_model(model_name, pretrained=None if pretrained == "none" else pretrained).eval()
    tokens = open_clip.get_tokenizer(model_name)([prompt])
    hidden = []
    model.ln_final.register_forward_hook(lambda module, args, output: hidden.append(output))
    with torch.no_grad():
        embedding = model.encode_text(tokens, normalize=True)[0].float()
    return embedding, hidden[0][0, :int(tokens[0].argmax()) + 1].float()


def conditioning(args, dim: int) -> tuple[torch.Tensor, torch.Tensor | None, str]:
    manifest = args.out / "manifest.json"
    if args.open_clip:
        embed, encodings = blank_from_open_clip(args.open_clip, args.pretrained, args.prompt)
        return embed, encodings if args.text_encodings else None, f'"{args.prompt}" by {args.open_clip}'
    if args.conditioning:
        given = np.load(args.conditioning)
        embed = torch.from_numpy(given["text_embed"]).float()
        encodings = torch.from_numpy(given["text_encodings"]).float() if "text_encodings" in given else None
        return embed, encodings, f"given with the export, {'with' if encodings is not None else 'no'} text encodings"
    if manifest.is_file():
        anchor = json.loads(manifest.read_text(encoding="utf-8"))["blank_anchor"]
        return torch.tensor(anchor), None, "the bundle's blank anchor, no text encodings"
    embed = torch.randn(dim, generator=torch.Generator().manual_seed(2))
    return embed / embed.norm(), None, "random"


def describe(shape: PriorShape) -> str:
    return (f"DALL-E 2 prior (DALLE2-pytorch): width {shape.dim}, depth {shape.depth}, heads {shape.heads} of "
            f"{shape.dim_head}, feed-forward x{shape.ff_mult}, {shape.max_text_len} text tokens")


def write_section(out: Path, section: dict) -> None:
    files = {file: describe_file(out / file) for file in (FORWARD_FILE, VJP_FILE, WEIGHTS_FILE)}
    path = out / "manifest.json"
    if not path.is_file():
        (out / "prior.json").write_text(json.dumps({"prior": section, "files": files}, indent=1) + "\n")
        return
    manifest = json.loads(path.read_text(encoding="utf-8"))
    pinned = manifest.pop("files")
    manifest["prior"] = section
    manifest["files"] = {**pinned, **files}
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def export(network: PriorNetwork, config: dict, embed: torch.Tensor, encodings: torch.Tensor | None, blank: str,
           out: Path, provenance: str) -> dict:
    """Writes graphs and section; fails if they do not agree with PyTorch."""
    shape = network.shape
    if tuple(embed.shape) != (shape.dim,):
        raise ValueError(f"the blank prompt's embedding has shape {tuple(embed.shape)}, the prior's is ({shape.dim},)")
    if config.get("condition_on_text_encodings", True) and encodings is None:
        print("note: the configuration says trained with text encodings, none are given; null tokens stand in")
    out.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        write_graphs(network, embed, encodings, out)
    errors = parity(network, embed, encodings, out)
    print("relative error against PyTorch: prediction %.2g, vector-Jacobian product %.2g" % errors)
    if max(errors) > TOLERANCE:
        raise SystemExit(f"relative error {max(errors):.2g}, expected at most {TOLERANCE}: nothing is pinned")
    section = {
        "architecture": describe(shape), "provenance": provenance, "file": FORWARD_FILE, "vjp_file": VJP_FILE,
        "input": "noised", "timestep": "timestep", "cotangent": "cotangent", "output": "predicted",
        "gradient": "gradient", "predicts": "x0", "schedule": "cosine", "timesteps": STEPS,
        "scale": float(config.get("image_embed_scale") or shape.dim ** 0.5), "conditioning": blank}
    write_section(out, section)
    return section


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", required=True, help="file, or none for random weights")
    parser.add_argument("--config", type=Path, help="DALLE2-pytorch's JSON; the demo's checkpoints carry it")
    parser.add_argument("--ema", action="store_true", help="the averaged weights of a trainer's checkpoint")
    parser.add_argument("--conditioning", type=Path)
    parser.add_argument("--open-clip", help="model name: condition on --prompt as this model encodes it")
    parser.add_argument("--pretrained", default="none")
    parser.add_argument("--prompt", default="a photo of a .")
    parser.add_argument("--text-encodings", action="store_true", help="with --open-clip: hidden states as well")
    parser.add_argument("--half", action="store_true", help="store weights in half precision (arithmetic stays float32)")
    parser.add_argument("--provenance", default="not said")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)

    if args.checkpoint == "none":
        config, network = random_network(args.config)
    else:
        config, state = load_checkpoint(Path(args.checkpoint), args.config, args.ema)
        network = load_network(config, state)
    if config.get("timesteps", STEPS) != STEPS:
        raise SystemExit(f"the prior has {config['timesteps']} steps, expected {STEPS}")
    if args.half:
        round_to_half(network)
    embed, encodings, blank = conditioning(args, network.shape.dim)
    export(network, config, embed, encodings, blank, args.out, config.get("provenance", args.provenance))
    print(", ".join(f"{f} {(args.out / f).stat().st_size}" for f in (FORWARD_FILE, VJP_FILE, WEIGHTS_FILE)))


if __name__ == "__main__":
    main()

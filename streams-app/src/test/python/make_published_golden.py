"""Makes src/test/resources/redteam/published.json: what autograd gives through ten CLIPure-Cos steps.

The purifier is written here step by step from Algorithm 1 of arXiv 2502.18176. `detached`: the direction of
each step comes out of torch.autograd.grad without create_graph, as in the published evaluation, so that it is
a constant to the attack. `exact`: with create_graph. Loss: cross-entropy of label scores. With torch 2.13:

    python make_published_golden.py ../resources/redteam/published.json
"""

import json
import sys

import torch

DIMENSION, PROMPTS, LABEL_OF, SCALE, STEPS, STEP_SIZE, LABEL = 24, 6, [0, 0, 1, 1, 2, 2], 60.0, 10, 30.0, 1


def unit(x):
    return x / x.norm()


def purify(z, anchor, create_graph):
    u = unit(z)
    for _ in range(STEPS):
        leaf = u if create_graph else u.detach().requires_grad_()
        cosine = (leaf / leaf.norm() * anchor).sum()
        (slope,) = torch.autograd.grad(cosine, leaf, create_graph=create_graph)
        u = unit(u + STEP_SIZE * slope / slope.norm())
    return u


def loss(u, prompts):
    logits = SCALE * prompts @ u
    scores = torch.stack([logits[2 * k : 2 * k + 2].logsumexp(0) for k in range(3)])
    return scores.logsumexp(0) - scores[LABEL], scores


def gradient(embedding, anchor, prompts, dtype, create_graph):
    z = embedding.to(dtype).requires_grad_()
    value, scores = loss(purify(z, anchor.to(dtype), create_graph), prompts.to(dtype))
    (slope,) = torch.autograd.grad(value, z)
    return scores.detach().double(), slope.double()


def main():
    torch.manual_seed(26)
    torch.set_num_threads(1)
    common = torch.randn(DIMENSION, dtype=torch.float64)
    prompts = torch.stack([unit(torch.randn(DIMENSION, dtype=torch.float64) + 0.8 * common) for _ in range(PROMPTS)])
    anchor = unit(torch.randn(DIMENSION, dtype=torch.float64) + 0.8 * common)
    cases = []
    for _ in range(12):
        embedding = 3 * torch.randn(DIMENSION, dtype=torch.float64) + 1.5 * common
        case = {"embedding": embedding.tolist()}
        for name, dtype, create_graph in (
            ("detached64", torch.float64, False),
            ("detached32", torch.float32, False),
            ("detached16", torch.float16, False),
            ("exact64", torch.float64, True),
        ):
            scores, slope = gradient(embedding.float().double(), anchor, prompts, dtype, create_graph)
            case[name] = {"logits": scores.tolist(), "gradient": slope.tolist()}
        print(*(f"{n} {torch.tensor(case[n]['gradient']).norm():.3e}" for n in case if n != "embedding"))
        cases.append(case)
    result = {
        "scale": SCALE, "steps": STEPS, "stepSize": STEP_SIZE, "label": LABEL, "labelOf": LABEL_OF,
        "anchor": anchor.tolist(), "prompts": prompts.tolist(), "cases": cases,
    }
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        json.dump(result, out)
        out.write("\n")


if __name__ == "__main__":
    main()

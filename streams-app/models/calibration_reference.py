"""Writes the figures that the calibration's statistics are tested against, with SciPy and NumPy.

    python calibration_reference.py --out ../src/test/resources/calibration/reference.json

Nothing here follows the Java code: quantiles come from scipy.stats, minima from scipy.optimize, counts from brute
force over every candidate.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from scipy import optimize, special, stats


def beta_cases() -> list[dict]:
    cases = []
    for a, b in ((1, 1), (1, 299), (4, 997), (0.5, 0.5), (20, 3), (250, 24751), (3000, 3000), (2, 999999)):
        for x in (1e-6, 0.001, 0.01, 0.3, 0.5, 0.9, 0.999):
            cases.append({"a": a, "b": b, "x": x, "cdf": float(stats.beta.cdf(x, a, b))})
    return cases


def interval_cases() -> list[dict]:
    cases = []
    for hits, trials in ((0, 10), (10, 10), (3, 160), (7, 1000), (25, 2940), (999, 1000), (1, 1)):
        for confidence in (0.5, 0.9, 0.95, 0.999):
            low, high = stats.binomtest(hits, trials).proportion_ci(confidence, method="exact")
            upper = 1.0 if hits == trials else float(stats.beta.ppf(confidence, hits + 1, trials - hits))
            lower = 0.0 if hits == 0 else float(stats.beta.ppf(1 - confidence, hits, trials - hits + 1))
            cases.append({"hits": hits, "trials": trials, "confidence": confidence, "low": float(low),
                          "high": float(high), "lower": lower, "upper": upper})
    return cases


def budget_cases() -> list[dict]:
    """Most images that may be flagged, by trying every count; the smallest sufficient sample, by trying every size."""
    cases = []
    for budget, confidence in ((0.01, 0.95), (0.05, 0.9), (0.02, 0.99), (0.01, 0.5)):
        needed = next(n for n in range(1, 100_000) if stats.binom.cdf(0, n, budget) <= 1 - confidence)
        for images in (160, 300, 1000, 2940):
            allowed = [k for k in range(images) if stats.binom.cdf(k, images, budget) <= 1 - confidence]
            cases.append({"budget": budget, "confidence": confidence, "images": images, "needed": needed,
                          "allowed": max(allowed) if allowed else -1})
    return cases


def low_confidence_case(rng: np.random.Generator) -> dict:
    top = np.round(1 - rng.beta(0.4, 6, 400) * 0.9, 6)
    margin = np.round(np.clip(top - rng.uniform(0, 1, 400) * (1 - top), 0, 1), 6)
    share, best = 0.04, None
    for score, gap in zip(np.sort(top), np.sort(margin)):
        low = int(np.sum((top < score) | (margin < gap)))
        if low <= share * len(top):
            best = {"score": float(score), "margin_threshold": float(gap), "low": low}
    return {"top": top.tolist(), "margin": margin.tolist(), "share": share, **best}


def temperature_case(rng: np.random.Generator) -> dict:
    logits = np.round(rng.normal(0, 1, (300, 8)) * 4, 5)
    truth = np.array([rng.choice(8, p=special.softmax(row / 2.3)) for row in logits])

    def loss(log_t: float) -> float:
        return float(-np.mean(special.log_softmax(logits / np.exp(log_t), axis=1)[np.arange(300), truth]))

    best = optimize.minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 1e-10})
    scores = special.softmax(logits, axis=1)
    confidence, right = scores.max(1), scores.argmax(1) == truth
    return {"logits": logits.tolist(), "truth": truth.tolist(), "temperature": float(np.exp(best.x)),
            "before": loss(0.0), "after": float(best.fun), "ece_width": ece(confidence, right, width_bins(confidence, 15)),
            "ece_mass": ece(confidence, right, mass_bins(confidence, 15))}


def width_bins(confidence: np.ndarray, bins: int) -> list[np.ndarray]:
    which = np.digitize(confidence, np.arange(1, bins) / bins)
    return [np.flatnonzero(which == b) for b in range(bins)]


def mass_bins(confidence: np.ndarray, bins: int) -> list[np.ndarray]:
    return np.array_split(np.argsort(confidence, kind="stable"), bins)


def ece(confidence: np.ndarray, right: np.ndarray, bins: list[np.ndarray]) -> float:
    gaps = [len(b) * abs(right[b].mean() - confidence[b].mean()) for b in bins if len(b)]
    return float(sum(gaps) / len(confidence))


def logistic_case(rng: np.random.Generator, separable: bool) -> dict:
    shift = 6.0 if separable else 1.0
    clean = np.round(rng.normal(0, 1, (120, 3)) ** 2, 5)
    attacked = np.round(rng.normal(0, 1, (40, 3)) ** 2 + np.array([shift, shift / 2, 0.0]), 5)
    mean, scale = clean.mean(0), clean.std(0, ddof=1)
    x = np.vstack([(clean - mean) / scale, (attacked - mean) / scale])
    y = np.r_[-np.ones(120), np.ones(40)]
    weight = np.r_[np.full(120, 0.5 / 120), np.full(40, 0.5 / 40)]
    ridge = 0.01

    def loss(p: np.ndarray) -> float:
        return float(weight @ np.logaddexp(0, -y * (p[0] + x @ p[1:])) + ridge / 2 * p[1:] @ p[1:])

    def slope(p: np.ndarray) -> np.ndarray:
        pull = -weight * y * special.expit(-y * (p[0] + x @ p[1:]))
        return np.r_[pull.sum(), x.T @ pull + ridge * p[1:]]

    best = optimize.minimize(loss, np.zeros(4), jac=slope, method="BFGS", options={"gtol": 1e-11})
    return {"clean": clean.tolist(), "attacked": attacked.tolist(), "ridge": ridge, "mean": mean.tolist(),
            "scale": scale.tolist(), "bias": float(best.x[0]), "weights": best.x[1:].tolist()}


def label_case(rng: np.random.Generator) -> dict:
    is_label = np.r_[np.ones(120, bool), np.zeros(400, bool)]
    scores = np.round(np.where(is_label, rng.beta(6, 2, 520), rng.beta(1, 6, 520)), 4)
    wanted, confidence, best = 0.9, 0.95, None
    for score in sorted(set(scores), reverse=True):
        caught = scores >= score
        threshold = (score + scores[~caught].max(initial=0.0)) / 2  # the middle of all that catch just these
        found, total = int((caught & is_label).sum()), int(caught.sum())
        if found and stats.beta.ppf(1 - confidence, found, total - found + 1) >= wanted:
            best = {"threshold": float(threshold), "found": found, "others": total - found}
    return {"scores": scores.tolist(), "is_label": is_label.tolist(), "precision": wanted, "confidence": confidence,
            **best}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=20261125)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    reference = {"beta": beta_cases(), "intervals": interval_cases(), "budgets": budget_cases(),
                 "low_confidence": low_confidence_case(rng), "temperature": temperature_case(rng),
                 "logistic": [logistic_case(rng, False), logistic_case(rng, True)], "label": label_case(rng)}
    args.out.write_text(json.dumps(reference) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

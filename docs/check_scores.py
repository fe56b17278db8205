#!/usr/bin/env python3
"""Recomputes pruning scores in PyTorch and compares them with those of `ssc prune --npz FILE`.

    docs/check_scores.py FILE.npz ...

Prints the rank correlation (Spearman) of all prunable weights' scores for each file, and exits with 1
if one is below 0.999. Needs PyTorch and NumPy, in double precision, without a GPU. The method is that of
the archive: snip, grasp (the Hessian product by differentiating twice, where ssc takes differences),
synflow (the first of its steps), magnitude; force and iterative-snip score as snip does at first.
"""

import json
import sys

import numpy
import torch
import torch.nn.functional as functional

LEAST = 0.999


class Network:
    """The dense network of an archive, run operator by operator as network.json says."""

    def __init__(self, archive):
        self.operators = json.loads(archive["network.json"])["ops"]
        self.values = {
            name: torch.from_numpy(archive[name].astype(numpy.float64))
            for name in archive.files
            if name.rpartition(".")[2] in ("weight", "bias", "scale", "shift", "mean", "variance")
        }
        self.weighted = [op["name"] for op in self.operators if "support" in op]

    def weights(self):
        return [self.values[name + ".weight"] for name in self.weighted]

    def logits(self, weights, images, batch_statistics):
        weight = dict(zip(self.weighted, weights))
        at = {"input": images}
        for op in self.operators:
            at[op["name"]] = self.run(op, at, weight, batch_statistics)
        return at[self.operators[-1]["name"]].flatten(1)

    def run(self, op, at, weight, batch_statistics):
        kind, name = op["op"], op["name"]
        if kind == "add":
            return at[op["left"]] + at[op["right"]]
        x = at[op["input"]]
        bias = self.values.get(name + ".bias")
        if kind == "convolution":
            groups = op["groups"]
            kernel = weight[name]
            if groups > 1:
                # The array is dense, with zeros between groups.
                filters, channels = kernel.shape[0] // groups, kernel.shape[1] // groups
                kernel = torch.cat(
                    [
                        kernel[g * filters : (g + 1) * filters, g * channels : (g + 1) * channels]
                        for g in range(groups)
                    ]
                )
            return functional.conv2d(
                x, kernel, bias, op["stride"], op["padding"], groups=groups
            )
        if kind == "fully-connected":
            return functional.linear(x.flatten(1), weight[name], bias)
        if kind == "batch-norm":
            return functional.batch_norm(
                x,
                None if batch_statistics else self.values[name + ".mean"],
                None if batch_statistics else self.values[name + ".variance"],
                self.values[name + ".scale"],
                self.values[name + ".shift"],
                training=batch_statistics,
                eps=op["epsilon"],
            )
        if kind == "relu":
            return functional.relu(x)
        if kind == "max-pool":
            return functional.max_pool2d(x, op["size"], op["stride"], op["padding"])
        if kind == "average-pool":
            return functional.avg_pool2d(x, op["size"], op["stride"])
        if kind == "global-average-pool":
            return x.mean((2, 3), keepdim=True)
        raise SystemExit("Unknown operator " + kind)


def loss_gradient(network, weights, archive, scoring, chunk, twice=False):
    """The gradient of one chunk's summed cross-entropy."""
    part = slice(chunk * scoring["chunk"], (chunk + 1) * scoring["chunk"])
    images = torch.from_numpy(archive["images"][part].astype(numpy.float64))
    labels = torch.from_numpy(archive["labels"][part].astype(numpy.int64))
    logits = network.logits(weights, images, scoring["batch-norm"] == "BATCH")
    loss = functional.cross_entropy(
        logits / scoring["temperature"], labels, reduction="sum"
    )
    return torch.autograd.grad(loss, weights, create_graph=twice)


def chunks(archive, scoring):
    return range(-(-len(archive["labels"]) // scoring["chunk"]))


def total(parts):
    return [torch.stack(same).sum(0) for same in zip(*parts)]


def sensitivity(network, weights, archive, scoring):
    gradient = total(
        loss_gradient(network, weights, archive, scoring, c) for c in chunks(archive, scoring)
    )
    return [(w * g).abs() for w, g in zip(weights, gradient)]


def gradient_flow(network, weights, archive, scoring):
    gradient = total(
        loss_gradient(network, weights, archive, scoring, c) for c in chunks(archive, scoring)
    )
    products = []
    for c in chunks(archive, scoring):
        slopes = loss_gradient(network, weights, archive, scoring, c, twice=True)
        along = sum((s * g).sum() for s, g in zip(slopes, gradient))
        products.append(torch.autograd.grad(along, weights))
    return [w * h for w, h in zip(weights, total(products))]


def synaptic_flow(network, weights, archive, scoring):
    network.values = {name: value.abs() for name, value in network.values.items()}
    absolute = [w.detach().abs().requires_grad_() for w in weights]
    shape = json.loads(archive["network.json"])["input"]
    ones = torch.ones([1] + shape, dtype=torch.float64)
    flow = network.logits(absolute, ones, False).sum()
    return [w * g for w, g in zip(absolute, torch.autograd.grad(flow, absolute))]


SCORES = {
    "SNIP": sensitivity,
    "ITERATIVE_SNIP": sensitivity,
    "FORCE": sensitivity,
    "GRASP": gradient_flow,
    "SYNFLOW": synaptic_flow,
    "MAGNITUDE": lambda network, weights, archive, scoring: [w.abs() for w in weights],
}


def ranks(values):
    """Ranks from 0; equal values share the mean of theirs."""
    order = numpy.argsort(values, kind="stable")
    ordered = values[order]
    first = numpy.concatenate(([True], ordered[1:] != ordered[:-1]))
    group = numpy.cumsum(first) - 1
    starts = numpy.flatnonzero(first)
    ends = numpy.append(starts[1:], len(values))
    shared = (starts + ends - 1) / 2
    result = numpy.empty(len(values))
    result[order] = shared[group]
    return result


def check(path):
    archive = numpy.load(path)
    scoring = json.loads(archive["scoring.json"])
    network = Network(archive)
    weights = [w.requires_grad_() for w in network.weights()]
    recomputed = SCORES[scoring["method"].upper().replace("-", "_")](network, weights, archive, scoring)
    ours, theirs, worst = [], [], 1.0
    for name, score in zip(network.weighted, recomputed):
        prunable = archive[name + ".support"].flatten()
        mine = archive[name + ".score"].flatten()[prunable]
        other = score.detach().numpy().flatten()[prunable]
        ours.append(mine)
        theirs.append(other)
        worst = min(worst, numpy.corrcoef(ranks(mine), ranks(other))[0, 1])
    ours, theirs = numpy.concatenate(ours), numpy.concatenate(theirs)
    correlation = numpy.corrcoef(ranks(ours), ranks(theirs))[0, 1]
    print(
        f"{path}: {scoring['method'].lower()}, {len(ours):,} scores, "
        f"rank correlation {correlation:.6f}, of the worst layer {worst:.6f}",
        flush=True,
    )
    return correlation >= LEAST


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    results = [check(path) for path in sys.argv[1:]]
    raise SystemExit(0 if all(results) else 1)

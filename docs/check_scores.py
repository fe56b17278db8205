#!/usr/bin/env python3
"""Recomputes pruning scores in PyTorch and compares them with those of `ssc prune --npz FILE`.

    docs/check_scores.py FILE.npz ...

Prints for each file the rank correlation (Spearman) of the scores of all prunable weights in the first
step, that of the layer where it is worst, and how many kept weights are the same after all steps. Exits
with 1 if one of these correlations is below 0.999, if a layer's number of kept weights differs by more
than the weights whose scores lie at the threshold, or if another weight is kept than scores in double
precision keep, unless its score is within a thousandth of the threshold. Needs PyTorch and NumPy, in
double precision, without a GPU. The method is that of the archive: snip, prospr, grasp (the Hessian
product by differentiating twice, where ssc takes differences), synflow, synflow-l2, px, magnitude, and
ntk-sap, whose random numbers are made again; force and iterative-snip score as snip does at first. Their
later steps see other images, which an archive does not hold, so of methods that see images, masks are
compared if there is one step; and only for the budget global without a transform.
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

    def logits(self, weights, images, batch_statistics, rectify=lambda name, x: functional.relu(x)):
        weight = dict(zip(self.weighted, weights))
        at = {"input": images}
        for op in self.operators:
            at[op["name"]] = self.run(op, at, weight, batch_statistics, rectify)
        return at[self.operators[-1]["name"]].flatten(1)

    # batch_statistics: True, False, or "keep", which leaves the minibatch's as running statistics.
    def run(self, op, at, weight, batch_statistics, rectify):
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
                None if batch_statistics is True else self.values[name + ".mean"],
                None if batch_statistics is True else self.values[name + ".variance"],
                self.values[name + ".scale"],
                self.values[name + ".shift"],
                training=bool(batch_statistics),
                momentum=1.0,
                eps=op["epsilon"],
            )
        if kind == "relu":
            return rectify(name, x)
        if kind == "max-pool":
            return functional.max_pool2d(x, op["size"], op["stride"], op["padding"])
        if kind == "average-pool":
            return functional.avg_pool2d(x, op["size"], op["stride"])
        if kind == "global-average-pool":
            return x.mean((2, 3), keepdim=True)
        raise SystemExit("Unknown operator " + kind)


def chunk_images(archive, scoring, chunk):
    part = slice(chunk * scoring["chunk"], (chunk + 1) * scoring["chunk"])
    return torch.from_numpy(archive["images"][part].astype(numpy.float64))


def loss_gradient(network, weights, archive, scoring, chunk, twice=False):
    """The gradient of one chunk's summed cross-entropy."""
    images = chunk_images(archive, scoring, chunk)
    part = slice(chunk * scoring["chunk"], (chunk + 1) * scoring["chunk"])
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


def after_steps(network, weights, archive, scoring):
    """ProsPR, first order: three steps of SGD with a rate of 0.1, on the examples of the score."""
    examples = len(archive["labels"])
    moved = [w.detach().clone() for w in weights]
    for _ in range(3):
        moved = [w.requires_grad_() for w in moved]
        gradient = total(
            loss_gradient(network, moved, archive, scoring, c) for c in chunks(archive, scoring)
        )
        moved = [w.detach() - 0.1 * g / examples for w, g in zip(moved, gradient)]
    moved = [w.requires_grad_() for w in moved]
    gradient = total(
        loss_gradient(network, moved, archive, scoring, c) for c in chunks(archive, scoring)
    )
    return [(w * g).abs() for w, g in zip(weights, gradient)]


def synaptic_flow(network, weights, archive, scoring):
    return flow(network, archive, [w.detach().abs() for w in weights])


def squared_flow(network, weights, archive, scoring):
    return flow(network, archive, [w.detach() ** 2 for w in weights])


def path_exclusion(network, weights, archive, scoring):
    """PX: the flow of squared weights, each logit as often as images open paths to it."""
    initial = network.values
    neutral = {
        name: torch.full_like(value, float(name.rpartition(".")[2] in ("scale", "variance")))
        for name, value in initial.items()
    }
    kept = [(w.detach() != 0).double() for w in weights]
    shares = 0
    for c in chunks(archive, scoring):
        images = chunk_images(archive, scoring, c)
        on = {}

        def decide(name, x):
            on[name] = (x > 0).double()
            return functional.relu(x)

        with torch.no_grad():
            network.values = initial
            network.logits(weights, images, scoring["batch-norm"] == "BATCH", decide)
            network.values = neutral
            opened = network.logits(kept, images**2, False, lambda name, x: x * on[name])
            shares = shares + opened.sum(0)
    scores = flow(network, archive, [w.detach() ** 2 for w in weights], shares)
    network.values = initial
    return scores


class Stream:
    """ssc's random numbers: SplitMix64, keyed by seed, purpose and coordinates."""

    GAMMA = 0x9E3779B97F4A7C15
    ALL = 2**64 - 1

    @classmethod
    def mix(cls, z):
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & cls.ALL
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & cls.ALL
        return z ^ (z >> 31)

    @classmethod
    def key(cls, seed, purpose, *coordinates):
        code = 0xCBF29CE484222325
        for letter in purpose.encode():
            code = ((code ^ letter) * 0x100000001B3) & cls.ALL
        key = cls.mix((seed + cls.GAMMA) & cls.ALL) ^ code
        for coordinate in coordinates:
            key = cls.mix((key + cls.GAMMA) & cls.ALL) ^ cls.mix((coordinate + cls.GAMMA) & cls.ALL)
        return cls.mix((key + len(coordinates)) & cls.ALL)

    @classmethod
    def gaussians(cls, key, count):
        """The first standard normal numbers of a stream (polar method)."""
        pairs = int(0.7 * count) + 100
        index = numpy.arange(1, 2 * pairs + 1, dtype=numpy.uint64)
        with numpy.errstate(over="ignore"):
            state = numpy.uint64(key) + index * numpy.uint64(cls.GAMMA)
            state = (state ^ (state >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
            state = (state ^ (state >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        longs = state ^ (state >> numpy.uint64(31))
        uniform = 2 * ((longs >> numpy.uint64(11)).astype(numpy.float64) * 2.0**-53) - 1
        xy = uniform.reshape(-1, 2)
        square = (xy**2).sum(1)
        inside = (square < 1) & (square != 0)
        xy, square = xy[inside], square[inside]
        numbers = (xy * numpy.sqrt(-2 * numpy.log(square) / square)[:, None]).flatten()
        assert len(numbers) >= count
        return numbers[:count]


def kernel_sensitivity(network, weights, archive, scoring):
    """NTK-SAP: |sum of dS/dm|, S the squared change of logits as random weights move a little."""
    kept = [(w.detach() != 0).double() for w in weights]
    shape = json.loads(archive["network.json"])["input"]
    initial = network.values
    sums = [torch.zeros_like(w) for w in weights]
    for repetition in range(5):
        for start in range(0, scoring["examples"], scoring["chunk"]):
            count = min(scoring["chunk"], scoring["examples"] - start)
            key = Stream.key(
                scoring["seed"] & Stream.ALL, "PRUNING_NOISE", scoring["step"], repetition, start
            )
            drawn = []
            for layer, (name, w) in enumerate(zip(network.weighted, weights)):
                fan_in = int(archive[name + ".support"].sum()) // w.shape[0]
                draws = Stream.gaussians(Stream.key(key, "INITIALISATION", layer), w.numel())
                std = numpy.float32(numpy.sqrt(2.0 / fan_in))
                drawn.append((draws.astype(numpy.float32) * std).astype(numpy.float64))
            directions = spread(
                archive,
                network,
                Stream.gaussians(
                    Stream.key(key, "PRUNING_NOISE", 1),
                    sum(int(archive[name + ".support"].sum()) for name in network.weighted),
                ),
            )
            noise = Stream.gaussians(Stream.key(key, "PRUNING_NOISE", 0), count * int(numpy.prod(shape)))
            images = torch.from_numpy(noise).reshape([count] + shape)
            here = [torch.from_numpy(d).reshape(w.shape) for d, w in zip(drawn, weights)]
            there = [w + 0.01 * torch.from_numpy(d).reshape(w.shape) for w, d in zip(here, directions)]
            masks = [k.clone().requires_grad_() for k in kept]
            network.values = {
                name: torch.full_like(value, float(name.rpartition(".")[2] in ("scale", "variance")))
                for name, value in initial.items()
            }
            with torch.no_grad():
                network.logits([k * w for k, w in zip(kept, here)], images, "keep")
            first = network.logits([m * w for m, w in zip(masks, here)], images, False)
            second = network.logits([m * w for m, w in zip(masks, there)], images, False)
            slopes = torch.autograd.grad(((first - second) ** 2).sum(), masks)
            sums = [total + slope * k for total, slope, k in zip(sums, slopes, kept)]
    network.values = initial
    return [s.abs() for s in sums]


def flow(network, archive, strengths, shares=1):
    network.values = {name: value.abs() for name, value in network.values.items()}
    absolute = [strength.requires_grad_() for strength in strengths]
    shape = json.loads(archive["network.json"])["input"]
    ones = torch.ones([1] + shape, dtype=torch.float64)
    output = (shares * network.logits(absolute, ones, False)).sum()
    return [w * g for w, g in zip(absolute, torch.autograd.grad(output, absolute))]


SCORES = {
    "SNIP": sensitivity,
    "ITERATIVE_SNIP": sensitivity,
    "FORCE": sensitivity,
    "GRASP": gradient_flow,
    "PROSPR": after_steps,
    "SYNFLOW": synaptic_flow,
    "SYNFLOW_L2": squared_flow,
    "PX": path_exclusion,
    "NTK_SAP": kernel_sensitivity,
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


def correlation(mine, other):
    """Spearman's rank correlation; of scores that are all alike it is 1 if both are, else 0."""
    mine, other = ranks(mine), ranks(other)
    constant = mine.std() == 0, other.std() == 0
    return float(all(constant)) if any(constant) else numpy.corrcoef(mine, other)[0, 1]


def prunable(archive, network, arrays):
    """The prunable weights of arrays of all layers, one after the other."""
    return numpy.concatenate(
        [
            numpy.asarray(array).flatten()[archive[name + ".support"].flatten()]
            for name, array in zip(network.weighted, arrays)
        ]
    )


def masks(network, weights, archive, scoring, score):
    """Runs all steps of the schedule; returns what is kept and the distance of scores from the threshold."""
    start = [w.detach().clone() for w in weights]
    alive = numpy.ones(len(prunable(archive, network, start)), dtype=bool)
    size = len(alive)
    for step, density in enumerate(scoring["schedule"]):
        kept_now = spread(archive, network, alive)
        current = [
            (w * torch.from_numpy(k.astype(numpy.float64))).requires_grad_()
            for w, k in zip(start, kept_now)
        ]
        scores = prunable(
            archive,
            network,
            [s.detach().numpy() for s in score(network, current, archive, dict(scoring, step=step))],
        )
        count = int(numpy.floor(size * density * (1 + 2.0**-50)))
        # Of equal scores the first, as ssc does; what was dropped stays so.
        order = numpy.argsort(numpy.where(alive, -scores, numpy.inf), kind="stable")
        threshold = scores[order[count - 1]]
        alive = numpy.zeros(size, dtype=bool)
        alive[order[:count]] = True
    return alive, numpy.abs(scores - threshold) / max(abs(threshold), 1e-300)


def spread(archive, network, flat):
    """The inverse of prunable."""
    arrays, start = [], 0
    for name in network.weighted:
        support = archive[name + ".support"]
        array = numpy.zeros(support.shape, dtype=flat.dtype)
        count = int(support.sum())
        array[support] = flat[start : start + count]
        start += count
        arrays.append(array)
    return arrays


def compare_masks(network, weights, archive, scoring, score):
    """Prints how many kept weights are the same; whether the others are explained."""
    if scoring["transform"] != "none" or scoring["budget"] != "global":
        print("  masks not compared: budget %(budget)s, transform %(transform)s" % scoring)
        return True
    if scoring["sees-images"] and len(scoring["schedule"]) > 1:
        print("  masks not compared: later steps see images that the archive does not hold")
        return True
    if scoring["method"] == "ntk-sap" and len(scoring["schedule"]) > 1:
        print("  masks not compared: its later scores hang on single weights of the mask before")
        return True
    theirs, distance = masks(network, weights, archive, scoring, score)
    ours = prunable(archive, network, [archive[name + ".mask"] for name in network.weighted])
    ours = ours.astype(bool)
    differ = ours != theirs
    tied = differ & (distance < 1e-3)
    uneven = [
        name
        for name, mine, other, ties in zip(
            network.weighted, *(spread(archive, network, m) for m in (ours, theirs, tied))
        )
        if abs(int(mine.sum()) - int(other.sum())) > int(ties.sum())
    ]
    print(
        f"  after {len(scoring['schedule'])} steps {ours.sum():,} weights kept, there {theirs.sum():,}; "
        f"{100 * (ours & theirs).sum() / ours.sum():.4f} % of them the same; {differ.sum()} differ, "
        f"{tied.sum()} of these within a thousandth of the threshold"
        + (f"; other numbers in {', '.join(uneven)}" if uneven else ""),
        flush=True,
    )
    return differ.sum() == tied.sum() and not uneven and ours.sum() == theirs.sum()


def check(path):
    archive = numpy.load(path)
    scoring = json.loads(archive["scoring.json"])
    network = Network(archive)
    weights = [w.requires_grad_() for w in network.weights()]
    name = scoring["method"]
    score = SCORES.get(name.upper().replace("-", "_"))
    if score is None:
        raise SystemExit(f"{path}: there is nothing to recompute for {name}: its scores are drawn")
    recomputed = score(network, weights, archive, dict(scoring, step=0))
    # What an archive of inverted scores holds is turned upside down.
    sign = -1 if scoring["transform"] == "invert" else 1
    ours, theirs, worst = [], [], 1.0
    for layer, values in zip(network.weighted, recomputed):
        exists = archive[layer + ".support"].flatten()
        mine = archive[layer + ".score"].flatten()[exists]
        other = sign * values.detach().numpy().flatten()[exists]
        ours.append(mine)
        theirs.append(other)
        worst = min(worst, correlation(mine, other))
    overall = correlation(numpy.concatenate(ours), numpy.concatenate(theirs))
    print(
        f"{path}: {name.lower()}, {sum(map(len, ours)):,} scores, "
        f"rank correlation {overall:.6f}, of the worst layer {worst:.6f}",
        flush=True,
    )
    same = compare_masks(network, weights, archive, scoring, score)
    return min(overall, worst) >= LEAST and same


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    results = [check(path) for path in sys.argv[1:]]
    raise SystemExit(0 if all(results) else 1)

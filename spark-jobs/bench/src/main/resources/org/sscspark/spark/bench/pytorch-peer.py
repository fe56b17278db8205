"""Training steps of a dense network in PyTorch, one step for each line that is asked for.

Standard input: one line of JSON, {"batch": N, "threads": N, "network": {...}, "values": FILE}, the network
as ssc-spark describes it, and a file of little-endian floats: the images [batch, channels, height, width],
all weights by operator, then biases, scales and shifts by operator. Then lines that name a variant.
Standard output: one line of JSON, {"version": ..., "float32": [...], "bfloat16": [...], "stepBytes": N,
"losses": {VARIANT: [...], ...}}, the variants' names by what they compute in and the losses of their first
two steps; then the milliseconds of each step asked for. A step is forward, cross-entropy, backward and SGD with
Nesterov's momentum and weight decay. In bfloat16, by automatic mixed precision, it is timed where the
processor has instructions for that: elsewhere they are imitated, many times slower.
"""
import collections
import json
import sys
import time

try:
    import torch
except ImportError as error:
    sys.exit(f"{sys.executable} has no PyTorch: {error}")

FORMATS = {"NCHW": torch.contiguous_format, "channels_last": torch.channels_last}


def layer(op, alone):
    """The module of one operator; alone says that nothing else reads what it reads."""
    kind = op["op"]
    if kind == "convolution":
        filters, channels, *kernel = op["support"]["shape"]
        return torch.nn.Conv2d(channels, filters, kernel, op["stride"], op["padding"],
                               groups=op["groups"], bias=op["bias"])
    if kind == "fully-connected":
        outputs, inputs = op["support"]["shape"][:2]
        return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(inputs, outputs, op["bias"]))
    if kind == "batch-norm":
        return torch.nn.BatchNorm2d(op["channels"], op["epsilon"], op["momentum"])
    if kind == "relu":
        return torch.nn.ReLU(inplace=alone)
    if kind == "max-pool":
        return torch.nn.MaxPool2d(op["size"], op["stride"], op["padding"])
    if kind == "average-pool":
        return torch.nn.AvgPool2d(op["size"], op["stride"])
    if kind == "global-average-pool":
        return torch.nn.AdaptiveAvgPool2d(1)
    sys.exit(f"No PyTorch module for the operator {kind}")


class Network(torch.nn.Module):
    """The operators in their order; a value is forgotten once its last reader has run."""

    def __init__(self, ops):
        super().__init__()
        reads = [[op["left"], op["right"]] if op["op"] == "add" else [op["input"]] for op in ops]
        readers = collections.Counter(name for names in reads for name in names)
        self.layers = torch.nn.ModuleList(torch.nn.Identity() if op["op"] == "add" else
                                          layer(op, readers[op["input"]] == 1) for op in ops)
        last_reader = {name: i for i, names in enumerate(reads) for name in names}
        self.plan = [(op["name"], module, names, [name for name in set(names) if last_reader[name] == i])
                     for i, (op, module, names) in enumerate(zip(ops, self.layers, reads))]

    @torch.no_grad()
    def set_parameters(self, take):
        """Sets weights, then biases, scales and shifts, to what take returns for each."""
        modules = [module for module in self.modules() if hasattr(module, "weight")]
        norms = [isinstance(module, torch.nn.BatchNorm2d) for module in modules]
        for module, norm in zip(modules, norms):
            if not norm:
                module.weight.copy_(take(module.weight))
        for module, norm in zip(modules, norms):
            if norm:
                module.weight.copy_(take(module.weight))
            if module.bias is not None:
                module.bias.copy_(take(module.bias))

    def forward(self, images):
        values = {"input": images}
        for name, module, names, done in self.plan:
            value = values[names[0]] + values[names[1]] if len(names) == 2 else module(values[names[0]])
            for read in done:
                del values[read]
            values[name] = value
        return value


def has_bfloat16():
    try:
        with open("/proc/cpuinfo") as cpus:
            flags = next(line for line in cpus if line.startswith("flags")).split()
    except (OSError, StopIteration):
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def stepper(job, memory_format, mixed=False):
    """A function that trains one step on the images, always the same, and returns the loss."""
    batch = job["batch"]
    with open(job["values"], "rb") as file:
        values = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    place = 0

    def take(like):
        nonlocal place
        place += like.numel()
        return values[place - like.numel():place].view(like.shape).clone()

    images = take(torch.empty(batch, *job["network"]["input"])).to(memory_format=memory_format)
    network = Network(job["network"]["ops"])
    network.set_parameters(take)
    network = network.to(memory_format=memory_format)
    labels = torch.arange(batch) % job["network"]["ops"][-1]["support"]["shape"][0]
    optimizer = torch.optim.SGD(network.parameters(), 0.1, 0.9, weight_decay=5e-4, nesterov=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=mixed):
            loss = torch.nn.functional.cross_entropy(network(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def peak_bytes():
    """The largest resident set so far. (getrusage would count the parent from before the exec, too.)"""
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def main():
    job = json.loads(sys.stdin.readline())
    torch.set_num_threads(job["threads"])
    torch.nn.Conv2d(16, 16, 3)(torch.zeros(1, 16, 8, 8)).sum().backward()
    before = peak_bytes()
    steppers = {}
    losses = {}
    for name, memory_format in FORMATS.items():
        steppers[name] = stepper(job, memory_format)
        losses[name] = [steppers[name](), steppers[name]()]
        if len(steppers) == 1:
            step_bytes = peak_bytes() - before
    mixed = {}
    if has_bfloat16():
        name = "channels_last bfloat16"
        mixed[name] = stepper(job, torch.channels_last, mixed=True)
        losses[name] = [mixed[name](), mixed[name]()]
    print(json.dumps({"version": torch.__version__, "float32": list(steppers), "bfloat16": list(mixed),
                      "stepBytes": step_bytes, "losses": losses}), flush=True)
    steppers.update(mixed)
    for line in sys.stdin:
        start = time.perf_counter()
        steppers[line.strip()]()
        print(1000 * (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main()

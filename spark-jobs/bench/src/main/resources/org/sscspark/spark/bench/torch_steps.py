"""Training steps of dense networks in PyTorch, to stand beside those of this project's engines.

usage: torch_steps.py MODEL WIDTH BATCH STEPS DEVICE

MODEL is resnet20, resnet32, resnet56 or vgg19, as the model zoo builds them for 32x32 images in ten
classes. Prints one line of JSON for each variant: {"variant": ..., "imagesPerSecond": ...}, or with
"error" in place of the rate. Images and labels are on the device already.
"""
import itertools
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(filters)
        self.skip = None
        if stride != 1 or channels != filters:
            self.skip = nn.Sequential(
                nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x):
        skip = x if self.skip is None else self.skip(x)
        x = functional.relu(self.norm1(self.conv1(x)), inplace=True)
        return functional.relu(self.norm2(self.conv2(x)) + skip, inplace=True)


def resnet(depth, width):
    channels = [int(width * c) for c in (16, 32, 64)]
    layers = [nn.Conv2d(3, channels[0], 3, 1, 1, bias=False), nn.BatchNorm2d(channels[0]), nn.ReLU(True)]
    before = channels[0]
    for stage, filters in enumerate(channels):
        for block in range((depth - 2) // 6):
            layers.append(Block(before, filters, 2 if stage > 0 and block == 0 else 1))
            before = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 10))


def vgg19(width):
    layers = []
    before = 3
    for stage, (filters, count) in enumerate([(64, 2), (128, 2), (256, 4), (512, 4), (512, 4)]):
        for _ in range(count):
            filters_here = int(width * filters)
            layers += [nn.Conv2d(before, filters_here, 3, 1, 1, bias=False),
                       nn.BatchNorm2d(filters_here), nn.ReLU(True)]
            before = filters_here
        if stage < 4:
            layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 10))


def model_of(name, width):
    return vgg19(width) if name == "vgg19" else resnet(int(name.removeprefix("resnet")), width)


def rate(name, width, batch, steps, device, precision, layout, mode):
    torch.manual_seed(0)
    tf32 = precision == "tf32"
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cudnn.benchmark = True
    model = model_of(name, width).to(device, memory_format=layout)
    images = torch.randn(batch, 3, 32, 32, device=device).to(memory_format=layout)
    labels = torch.randint(0, 10, (batch,), device=device)
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, nesterov=True, weight_decay=1e-4)
    if mode:
        # All variants are the same code, of which Dynamo compiles eight versions and runs the rest eagerly.
        torch._dynamo.reset()
    run = torch.compile(model, mode=mode) if mode else model

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device, torch.bfloat16, enabled=precision == "bf16"):
            loss = functional.cross_entropy(run(images), labels)
        loss.backward()
        optimizer.step()

    def synchronize():
        if device == "cuda":
            torch.cuda.synchronize()

    for _ in range(5):
        step()
    synchronize()
    samples = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(steps):
            step()
        synchronize()
        samples.append(time.perf_counter() - start)
    return batch * steps / sorted(samples)[len(samples) // 2]


def main():
    name, width, batch, steps, device = sys.argv[1:]
    modes = {"eager": None, "compiled": "default", "compiled, CUDA graphs": "reduce-overhead"}
    layouts = {"NCHW": torch.contiguous_format, "channels_last": torch.channels_last}
    if device == "cpu":
        modes = {"eager": None}
    precisions = ("float32", "tf32", "bf16") if device == "cuda" else ("float32",)
    # Those that take longest come last: the process may be ended before.
    for mode_name, mode in modes.items():
        for precision, (layout_name, layout) in itertools.product(precisions, layouts.items()):
            result = {"variant": f"{precision}, {layout_name}, {mode_name}"}
            try:
                result["imagesPerSecond"] = rate(
                    name, float(width), int(batch), int(steps), device, precision, layout, mode)
            except Exception as e:  # One variant that cannot run must not hide the others.
                result["error"] = f"{type(e).__name__}: {e}".splitlines()[0]
            print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()

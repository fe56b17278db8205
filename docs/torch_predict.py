"""How many images a second PyTorch's dense ResNet-20 classifies, beside the command predict.

usage: torch_predict.py IMAGES THREADS

Random 32x32 images of bytes are in memory; they are normalised, go through the network in evaluation
mode in minibatches of 128, and their five likeliest classes are taken. Nothing is read or written.
"""
import os
import sys
import time

sys.path.insert(
    0,
    os.path.join(
        os.path.dirname(os.path.abspath(__file__)),
        "../spark-jobs/bench/src/main/resources/org/sscspark/spark/bench",
    ),
)
import torch
import torch_steps

count, threads = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
images = torch.randint(0, 256, (count, 3, 32, 32), dtype=torch.uint8)
mean = torch.tensor([125.3, 123.0, 113.9]).view(1, 3, 1, 1)
std = torch.tensor([63.0, 62.1, 66.7]).view(1, 3, 1, 1)
for name, layout in (("NCHW", torch.contiguous_format), ("channels_last", torch.channels_last)):
    model = torch_steps.model_of("resnet20", 1).eval().to(memory_format=layout)
    with torch.no_grad():
        for _ in range(5):
            model(torch.randn(128, 3, 32, 32).to(memory_format=layout))
        start = time.perf_counter()
        for first in range(0, count, 128):
            batch = (images[first : first + 128].float() - mean) / std
            torch.softmax(model(batch.to(memory_format=layout)), 1).topk(5)
        print("%s: %.0f images/s" % (name, count / (time.perf_counter() - start)))

#!/usr/bin/env python3
"""Decodes the JPEGs of a tar archive with Pillow and scales a random part of each to 224x224, as torchvision's
RandomResizedCrop does: images a second of processor time. Usage: decode_peer.py ARCHIVE [SECONDS]"""
import io
import math
import random
import sys
import tarfile
import time

from PIL import Image

SIDE = 224


def part(width, height):
    for _ in range(10):
        area = width * height * random.uniform(0.08, 1)
        ratio = math.exp(random.uniform(math.log(3 / 4), math.log(4 / 3)))
        w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < w <= width and 0 < h <= height:
            left, top = random.randint(0, width - w), random.randint(0, height - h)
            return left, top, left + w, top + h
    side = min(width, height)
    return (width - side) // 2, (height - side) // 2, (width + side) // 2, (height + side) // 2


def main(archive, seconds):
    with tarfile.open(archive) as tar:
        files = [
            tar.extractfile(m).read() for m in tar if m.isfile() and m.name.lower().endswith((".jpg", ".jpeg"))
        ]
    images, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        for file in files:
            image = Image.open(io.BytesIO(file)).convert("RGB")
            image.resize((SIDE, SIDE), Image.BILINEAR, box=part(*image.size)).tobytes()
            images += 1
    taken = time.process_time() - start
    print(f"Pillow {Image.__version__}: {images / taken:.0f} images a second of processor time ({images} images, {taken:.1f} s)")


main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 20)

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes golden-explain.h: what is inside three small networks, and why they answer, as PyTorch gives it.

usage: make-explain.py [FOLDER]     (Debian's python3-torch 1.13; needed only to change the numbers)

Maps and their gradients are taken by retain_grad(), gradients of weights by autograd, everything in eval mode
and in double precision. Attributions follow their papers: gradients (arXiv 1312.6034), their mean over noisy
copies (1706.03825), integrated gradients (1703.01365, points in the middle of equal steps), guided
backpropagation (1412.6806), deconvnet (1311.2901), Grad-CAM (1610.02391) and occlusion (1311.2901).
Weights, statistics and inputs follow formulas that the tests repeat in C.
"""
import math
import os
import sys

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

from golden_numbers import Header, noise

torch.set_default_dtype(torch.float64)
torch.use_deterministic_algorithms(True)
FOLDER = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
HEADER = Header("make-explain.py with PyTorch %s in double precision" % torch.__version__, 8)
TARGET = 1
RULE = "plain"


class Rectify(torch.autograd.Function):
    """A rectifier whose way back follows RULE."""

    @staticmethod
    def forward(ctx, x, slope, top):
        ctx.save_for_backward(x)
        ctx.slope, ctx.top = slope, top
        return torch.where(x > 0, x.clamp(max=top), slope * x)

    @staticmethod
    def backward(ctx, gradient):
        x, = ctx.saved_tensors
        if RULE != "plain":
            gradient = gradient.clamp(min=0)
        if RULE != "deconv":
            gradient = gradient * torch.where(x > 0, (x < ctx.top).double(), torch.full_like(x, ctx.slope))
        return gradient, None, None


def rectify(x, slope=0.0, top=math.inf):
    return Rectify.apply(x, slope, top)


def norm2d(c):
    return nn.BatchNorm2d(c, eps=float(np.float32(1e-5)))


class Plain(nn.Module):
    shape, layer = (1, 12, 12), "relu2"

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 4, 5, padding=2), nn.Conv2d(4, 6, 3)
        self.fc1, self.fc2 = nn.Linear(96, 10), nn.Linear(10, 3)

    def forward(self, x):
        yield "conv1", (x := self.conv1(x))
        yield "relu1", (x := rectify(x))
        yield "pool1", (x := F.max_pool2d(x, 2))
        yield "conv2", (x := self.conv2(x))
        yield "relu2", (x := rectify(x))
        yield "fc1", (x := self.fc1(x.flatten(1)))
        yield "relu3", (x := rectify(x))
        yield "fc2", self.fc2(x)


class Residual(nn.Module):
    shape, layer = (3, 8, 8), "relu3"

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 4, 3, padding=1, bias=False), norm2d(4)
        self.conv2, self.bn2 = nn.Conv2d(4, 4, 3, padding=1, bias=False), norm2d(4)
        self.conv3, self.bn3 = nn.Conv2d(4, 4, 3, padding=1, bias=False), norm2d(4)
        self.fc1 = nn.Linear(4, 3)

    def forward(self, x):
        yield "conv1", (x := self.conv1(x))
        yield "bn1", (x := self.bn1(x))
        yield "relu1", (x := rectify(x))
        yield "conv2", (y := self.conv2(x))
        yield "bn2", (y := self.bn2(y))
        yield "relu2", (y := rectify(y))
        yield "conv3", (y := self.conv3(y))
        yield "bn3", (y := self.bn3(y))
        yield "add1", (x := x + y)
        yield "relu3", (x := rectify(x))
        yield "gap1", (x := x.mean((2, 3), keepdim=True))
        yield "fc1", self.fc1(x.flatten(1))


class Joined(nn.Module):
    shape, layer = (2, 10, 10), "relu4"

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(2, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1, groups=4)
        self.conv3 = nn.Conv2d(4, 2, 1)
        self.conv4, self.bn1 = nn.Conv2d(10, 5, 3, groups=5, bias=False), norm2d(5)
        self.fc1 = nn.Linear(45, 3)

    def forward(self, x):
        yield "conv1", (x := self.conv1(x))
        yield "relu1", (x := rectify(x, top=6.0))
        yield "conv2", (y := self.conv2(x))
        yield "relu2", (y := rectify(y, slope=float(np.float32(0.1))))
        yield "conv3", (z := self.conv3(y))
        yield "relu3", (z := rectify(z))
        yield "concat1", (x := torch.cat((x, y, z), 1))
        yield "pool1", (x := F.avg_pool2d(x, 2))
        yield "conv4", (x := self.conv4(x))
        yield "bn1", (x := self.bn1(x))
        yield "relu4", (x := rectify(x))
        yield "fc1", self.fc1(x.flatten(1))


def fill(model):
    """golden_fill() of the tests; statistics of batch norms: noise / 5 and 1 + noise / 2."""
    stream = 0
    with torch.no_grad():
        for module in model.children():
            norm = isinstance(module, nn.BatchNorm2d)
            for name, p in (("weight", module.weight), ("bias", module.bias)):
                if p is None:
                    continue
                stream += 1
                values = noise(p.numel(), stream)
                if name == "bias":
                    values /= 10
                else:
                    values = 1 + values / 10 if norm else values * math.sqrt(3 / (p.numel() / p.shape[0]))
                p.copy_(torch.from_numpy(values).reshape(p.shape))
            if norm:
                c = module.num_features
                module.running_mean.copy_(torch.from_numpy(noise(c, 60) / 5))
                module.running_var.copy_(torch.from_numpy(1 + noise(c, 61) / 2))


def digest(values):
    """Norm, product with noise, three entries: enough to tell arrays apart."""
    v = values.detach().reshape(-1)
    return [v.norm().item(), (v * torch.from_numpy(noise(v.numel(), 70))).sum().item()] + \
        [v[(k * 7919 + 13) % v.numel()].item() for k in range(3)]


def logits(model, x):
    return list(model(x))[-1][1]


def gradient_at(model, x):
    """Of the target's output; for a batch, one each."""
    x = x.detach().requires_grad_()
    logits(model, x)[:, TARGET].sum().backward()
    return x.grad


class Pcg:
    """CvrRng of the program: PCG-XSH-RR 64/32, normals by Box and Muller."""

    def __init__(self, seed, stream):
        self.state, self.increment = 0, stream << 1 | 1
        self.bits()
        self.state = (self.state + seed) % 2**64
        self.bits()

    def bits(self):
        old = self.state
        mixed, turn = ((old >> 18 ^ old) >> 27) % 2**32, old >> 59
        self.state = (old * 6364136223846793005 + self.increment) % 2**64
        return (mixed >> turn | mixed << (32 - turn & 31)) % 2**32

    def uniform(self):
        high, low = self.bits() >> 5, self.bits() >> 6
        return (high << 26 | low) * 2.0**-53

    def normal(self):
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        return radius * math.cos(2 * math.pi * self.uniform())


def smooth_grad(model, x, samples, share, seed):
    deviation, total = share * (x.max() - x.min()), torch.zeros_like(x)
    for i in range(samples):
        rng = Pcg(seed, i)
        total += gradient_at(model, x + deviation * torch.tensor([rng.normal() for _ in range(x.numel())]).reshape(x.shape))
    return total / samples


def blurred(x):
    deviation = max(x.shape[2:]) / 8
    radius = math.ceil(3 * deviation)
    weights = torch.exp(-0.5 * (torch.arange(-radius, radius + 1) / deviation) ** 2)
    weights /= weights.sum()
    planes = F.pad(x, (radius,) * 4, mode="replicate").transpose(0, 1)
    planes = F.conv2d(planes, weights.reshape(1, 1, 1, -1))
    return F.conv2d(planes, weights.reshape(1, 1, -1, 1)).transpose(0, 1)


def integrated(model, x, baseline, steps):
    shares = ((torch.arange(steps) + 0.5) / steps).reshape(-1, 1, 1, 1)
    return (x - baseline) * gradient_at(model, baseline + shares * (x - baseline)).mean(0, keepdim=True)


def grad_cam(model, x):
    nodes = dict(model(x.detach().requires_grad_()))
    features = nodes[model.layer]
    features.retain_grad()
    list(nodes.values())[-1][0, TARGET].backward()
    cam = F.relu((features.grad.mean((2, 3), keepdim=True) * features).sum(1, keepdim=True))
    return F.interpolate(cam, x.shape[2:], mode="bilinear", align_corners=False)


def occlusion(model, x, side):
    step, (height, width) = side // 2, x.shape[2:]
    whole = logits(model, x).softmax(1)[0, TARGET]
    total, over = torch.zeros(height, width), torch.zeros(height, width)

    def places(extent):
        return [min(i * step, extent - side) for i in range(math.ceil((extent - side) / step) + 1)]

    for top in places(height):
        for left in places(width):
            hidden = x.clone()
            hidden[:, :, top:top + side, left:left + side] = x.mean((2, 3), keepdim=True)
            total[top:top + side, left:left + side] += whole - logits(model, hidden).softmax(1)[0, TARGET]
            over[top:top + side, left:left + side] += 1
    return total / over


def network(name, model):
    global RULE
    model.eval()
    fill(model)
    x = torch.from_numpy(noise(int(np.prod(model.shape)), 30)).reshape((1,) + model.shape).requires_grad_()

    nodes = list(model(x))
    for _, values in nodes:
        values.retain_grad()
    F.cross_entropy(nodes[-1][1], torch.tensor([TARGET])).backward()
    HEADER.emit(f"explain_{name}_maps", [d for _, values in nodes for d in digest(values)])
    HEADER.emit(f"explain_{name}_map_gradients", [d for _, values in nodes for d in digest(values.grad)])
    HEADER.emit(f"explain_{name}_weight_gradients", [d for p in model.parameters() for d in digest(p.grad)])
    HEADER.emit(f"explain_{name}_loss_input", x.grad)

    x = x.detach()
    black = -torch.tensor([0.5, 0.25, 1.0][:model.shape[0]]).reshape(1, -1, 1, 1).expand_as(x)
    HEADER.emit(f"explain_{name}_saliency", gradient_at(model, x))
    HEADER.emit(f"explain_{name}_smooth_grad", smooth_grad(model, x, 5, 0.2, 3))
    for kind, baseline in (("black", black), ("mean", x.mean((2, 3), keepdim=True).expand_as(x)), ("blurred", blurred(x))):
        HEADER.emit(f"explain_{name}_integrated_{kind}", integrated(model, x, baseline, 16))
    for RULE in ("guided", "deconv"):
        HEADER.emit(f"explain_{name}_{RULE}", gradient_at(model, x))
    RULE = "plain"
    HEADER.emit(f"explain_{name}_grad_cam", grad_cam(model, x).detach())
    HEADER.emit(f"explain_{name}_occlusion", occlusion(model, x, 4).detach())


network("plain", Plain())
network("residual", Residual())
network("joined", Joined())
HEADER.write(FOLDER, "golden-explain.h")

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes golden-learn.h and golden-steps.h: numbers that PyTorch (and, for metrics, plain Python) gives.

usage: make-golden.py [FOLDER]     (Debian's python3-torch 1.13; needed only to change the numbers)

Everything is computed in double precision. Weights and inputs follow formulas that the tests repeat in C,
so that only results are stored. Settings that the engine keeps as floats are rounded to floats first.
"""
import math
import os
import sys

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.use_deterministic_algorithms(True)
FOLDER = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
LINES = []


def f32(x):
    """The double that a C float of this value has."""
    return float(np.float32(x))


def noise(n, stream):
    """n numbers in -1 … 1, the same as golden_noise() in the tests."""
    x = np.array([math.sin(i * 12.9898 + stream * 78.233) for i in range(n)]) * 43758.5453
    return (x - np.floor(x)) * 2 - 1


def emit(name, values):
    values = [float(v) for v in np.asarray(values, dtype=np.float64).reshape(-1)]
    LINES.append(f"static const double {name}[{len(values)}] = {{")
    row = "  "
    for v in values:
        text = ("%.12g" % v) + ", "
        if len(row) + len(text) > 98:
            LINES.append(row.rstrip())
            row = "  "
        row += text
    LINES.append(row.rstrip())
    LINES.append("};\n")


def fill(params):
    """Weights: noise · √(3 / fan in); biases: noise / 10; batch norm: 1 + noise / 10 and noise / 10."""
    with torch.no_grad():
        for stream, (p, kind) in enumerate(params):
            values = noise(p.numel(), stream + 1)
            if kind == "weight":
                values *= math.sqrt(3 / (p.numel() / p.shape[0]))
            elif kind == "scale":
                values = 1 + values / 10
            else:
                values /= 10
            p.copy_(torch.from_numpy(values).reshape(p.shape))


def listed(model):
    """Parameters in the order of the engine's nodes: weight or scale, then bias or shift."""
    out = []
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            out.append((module.weight, "weight"))
            if module.bias is not None:
                out.append((module.bias, "bias"))
        elif isinstance(module, nn.BatchNorm2d):
            out += [(module.weight, "scale"), (module.bias, "bias")]
    return out


def batch(shape, n, step, n_classes):
    x = noise(n * int(np.prod(shape)), 100 + step).reshape((n,) + shape)
    y = [(3 * i + step) % n_classes for i in range(n)]
    return torch.from_numpy(x), torch.tensor(y)


def trajectory(name, model, shape, n, n_classes, steps):
    params = listed(model)
    fill(params)
    optimiser = torch.optim.SGD([p for p, _ in params], f32(0.02), momentum=f32(0.9), nesterov=True)
    losses, norms, moments = [], [], []
    model.train()
    for step in range(steps):
        x, y = batch(shape, n, step, n_classes)
        optimiser.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        losses.append(loss.item())
        for p, _ in params:
            g = p.grad.reshape(-1)
            norms.append(g.norm().item())
            moments.append((g * torch.from_numpy(noise(g.numel(), 50))).sum().item())
        optimiser.step()
    emit(f"golden_{name}_loss", losses)
    emit(f"golden_{name}_norm", norms)
    emit(f"golden_{name}_moment", moments)
    emit(f"golden_{name}_final", [(p.reshape(-1) * torch.from_numpy(noise(p.numel(), 51))).sum().item()
                                  for p, _ in params])
    return params


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def norm2d(c):
    return nn.BatchNorm2d(c, eps=f32(1e-5), momentum=f32(0.1))


class Residual(nn.Module):
    """conv-BN-ReLU, an identity block, a projection block with stride 2, global average, dense."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 8, 3, 1, 1, bias=False), norm2d(8)
        self.conv2, self.bn2 = nn.Conv2d(8, 8, 3, 1, 1, bias=False), norm2d(8)
        self.conv3, self.bn3 = nn.Conv2d(8, 8, 3, 1, 1, bias=False), norm2d(8)
        self.conv4, self.bn4 = nn.Conv2d(8, 12, 3, 2, 1, bias=False), norm2d(12)
        self.conv5, self.bn5 = nn.Conv2d(12, 12, 3, 1, 1, bias=False), norm2d(12)
        self.proj, self.bnp = nn.Conv2d(8, 12, 1, 2, bias=False), norm2d(12)
        self.fc = nn.Linear(12, 4)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(x)))
        x = F.relu(self.bn3(self.conv3(y)) + x)
        y = F.relu(self.bn4(self.conv4(x)))
        x = F.relu(self.bn5(self.conv5(y)) + self.bnp(self.proj(x)))
        return self.fc(x.mean((2, 3)))


def trajectories():
    trajectory("lenet5", lenet5(), (1, 28, 28), 8, 10, 10)
    model = Residual()
    trajectory("residual", model, (3, 8, 8), 6, 4, 10)
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    emit("golden_residual_mean", torch.cat([m.running_mean for m in norms]))
    emit("golden_residual_variance", torch.cat([m.running_var for m in norms]))
    model.eval()
    emit("golden_residual_eval", model(batch((3, 8, 8), 6, 99, 4)[0]).detach())


def optimisers():
    """Five steps of a 6-5-3 perceptron; weight decay on weights only; the gradient's norm clipped at 0.5."""
    # The engine's defaults; names in its order.
    table = [
        ("sgd", lambda g: torch.optim.SGD(g, f32(0.05))),
        ("momentum", lambda g: torch.optim.SGD(g, f32(0.02), momentum=f32(0.9))),
        ("nesterov", lambda g: torch.optim.SGD(g, f32(0.02), momentum=f32(0.9), nesterov=True)),
        ("adagrad", lambda g: torch.optim.Adagrad(g, f32(0.01), eps=f32(1e-10))),
        ("rmsprop", lambda g: torch.optim.RMSprop(g, f32(0.001), alpha=f32(0.99), eps=f32(1e-8))),
        ("adadelta", lambda g: torch.optim.Adadelta(g, 1.0, rho=f32(0.9), eps=f32(1e-6))),
        ("adam", lambda g: torch.optim.Adam(g, f32(0.001), betas=(f32(0.9), f32(0.999)), eps=f32(1e-8))),
        ("adamw", lambda g: torch.optim.AdamW(g, f32(0.001), betas=(f32(0.9), f32(0.999)), eps=f32(1e-8))),
    ]
    finals, norms = [], []
    for name, make in table:
        model = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))
        params = listed(model)
        fill(params)
        optimiser = make([{"params": [p for p, kind in params if kind == "weight"], "weight_decay": f32(0.1)},
                          {"params": [p for p, kind in params if kind != "weight"], "weight_decay": 0}])
        for step in range(5):
            x, y = batch((6,), 4, step, 3)
            optimiser.zero_grad()
            F.cross_entropy(model(x), y).backward()
            norms.append(nn.utils.clip_grad_norm_(model.parameters(), 0.5).item())
            optimiser.step()
        finals += [v for p, _ in params for v in p.detach().reshape(-1).tolist()]
    emit("golden_optim_final", finals)
    emit("golden_optim_norm", norms)


def losses():
    n, k = 4, 5
    labels = torch.tensor([1, 0, 4, 1])
    weights = torch.tensor([0.5, 1.0, 2.0, 0.25, 1.5])
    values = torch.from_numpy(noise(n * k, 8).astype(np.float32).astype(np.float64)).reshape(n, k)
    smooth, delta = f32(0.1), 0.5
    onehot = F.one_hot(labels, k).double()
    distances = [lambda d: d * d, lambda d: d.abs(), lambda d: F.huber_loss(d, d * 0, reduction="none", delta=delta)]
    cases = [lambda z: F.cross_entropy(z, labels),
             lambda z: F.cross_entropy(z, labels, weight=weights),
             lambda z: F.cross_entropy(z, labels, label_smoothing=smooth),
             lambda z: F.cross_entropy(z, labels, weight=weights, label_smoothing=smooth)]
    for f in distances:
        cases.append(lambda z, f=f: f(z.softmax(1) - onehot).mean())
        cases.append(lambda z, f=f: (f(z.softmax(1) - onehot).mean(1) * weights[labels]).sum() / weights[labels].sum())
        cases.append(lambda z, f=f: f(z - values).mean())
    results, gradients = [], []
    for case in cases:
        z = torch.from_numpy(3 * noise(n * k, 7)).reshape(n, k).requires_grad_()
        loss = case(z)
        loss.backward()
        results.append(loss.item())
        gradients += z.grad.reshape(-1).tolist()
    emit("golden_loss_value", results)
    emit("golden_loss_gradient", gradients)


def schedules():
    n, base = 30, f32(0.1)
    p = [nn.Parameter(torch.zeros(1))]

    def run(make):
        optimiser = torch.optim.SGD(p, base)
        scheduler, rates = make(optimiser), []
        for _ in range(n):
            rates.append(optimiser.param_groups[0]["lr"])
            optimiser.step()
            scheduler.step()
        return rates

    # OneCycleLR refuses to step beyond its total.
    one = torch.optim.SGD(p, base)
    cycle = torch.optim.lr_scheduler.OneCycleLR(one, base, total_steps=n, pct_start=f32(0.3), div_factor=25,
                                                final_div_factor=400, cycle_momentum=False)
    rates = []
    for i in range(n):
        rates.append(one.param_groups[0]["lr"])
        one.step()
        if i < n - 1:
            cycle.step()
    emit("golden_schedule_step", run(lambda o: torch.optim.lr_scheduler.StepLR(o, 10, gamma=f32(0.1))))
    emit("golden_schedule_cosine", run(lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, n)))
    emit("golden_schedule_onecycle", rates)


def metrics():
    """Straight from the definitions."""
    n, k = 200, 4
    truth = [int(abs(v) * 1000) % k for v in noise(n, 20)]
    guess = [t if abs(v) < 0.6 else int(abs(v) * 1000) % (k - 1) for t, v in zip(truth, noise(n, 21))]
    score = [round(v * 8) / 8 for v in noise(n, 22)]  # coarse: many ties
    out = [sum(t == g for t, g in zip(truth, guess)) / n]
    for c in range(k):
        hit = sum(t == c and g == c for t, g in zip(truth, guess))
        named, present = guess.count(c), truth.count(c)
        precision, recall = hit / named if named else 0, hit / present if present else 0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
        yes = [s for s, t in zip(score, truth) if t == c]
        no = [s for s, t in zip(score, truth) if t != c]
        auc = sum((a > b) + 0.5 * (a == b) for a in yes for b in no) / (len(yes) * len(no))
        out += [precision, recall, f1, auc]
    emit("golden_metrics", out)


def explanations():
    model = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1),
                          nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(6 * 3 * 2, 3))
    fill(listed(model))
    x = torch.from_numpy(noise(2 * 12 * 8, 30)).reshape(1, 2, 12, 8).requires_grad_()
    features = model[:5](x)
    features.retain_grad()
    z = model[5:](features)
    z[0, 1].backward()
    alpha = features.grad.mean((2, 3), keepdim=True)
    cam = F.relu((alpha * features).sum(1, keepdim=True))
    emit("golden_explain_grad_cam", F.interpolate(cam, (12, 8), mode="bilinear", align_corners=False).detach())
    emit("golden_explain_saliency", x.grad.abs().amax(1))
    emit("golden_explain_logits", z.detach())


def splitmix(n, stream):
    """n numbers in -1 … 1, bit for bit those of golden_splitmix() in the tests (S. Vigna's splitmix64)."""
    golden = 0x9E3779B97F4A7C15
    z = np.uint64((stream + 1) * golden % 2**64) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(golden)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(np.float64) / 2**52 - 1


def conv_norm_relu(i, o, stride=1):
    return nn.Sequential(nn.Conv2d(i, o, 3, stride, 1, bias=False), norm2d(o), nn.ReLU())


class Block(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.first = conv_norm_relu(i, o, stride)
        self.second = nn.Sequential(nn.Conv2d(o, o, 3, 1, 1, bias=False), norm2d(o))
        self.around = nn.Sequential()
        if stride != 1 or i != o:
            self.around = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), norm2d(o))

    def forward(self, x):
        return F.relu(self.second(self.first(x)) + self.around(x))


def vgg_mini():
    layers, channels = [], 3
    for width in (32, 64, 128):
        layers += [conv_norm_relu(channels, width), conv_norm_relu(width, width), nn.MaxPool2d(2)]
        channels = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(2048, 128), nn.ReLU(), nn.Linear(128, 10))


def resnet20():
    layers, channels = [conv_norm_relu(3, 16)], 16
    for width, stride in ((16, 1), (32, 2), (64, 2)):
        for k in range(3):
            layers.append(Block(channels, width, stride if k == 0 else 1))
            channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def adam_steps(name, model, shape, batch_size=8, steps=10, n_entries=4):
    """Ten steps of Adam; of each parameter's gradient in the first and the last: norm, moment and some entries."""
    params = listed(model)
    with torch.no_grad():
        for stream, (p, kind) in enumerate(params):
            values = splitmix(p.numel(), stream)
            if kind == "weight":
                values *= math.sqrt(3 / (p.numel() / p.shape[0]))
            else:
                values = values / 10 + (1 if kind == "scale" else 0)
            p.copy_(torch.from_numpy(values).reshape(p.shape))
    optimiser = torch.optim.Adam([p for p, _ in params], f32(1e-4), betas=(f32(0.9), f32(0.999)), eps=f32(1e-8))
    losses, gradients = [], []
    model.train()
    for step in range(steps):
        x = torch.from_numpy(splitmix(batch_size * int(np.prod(shape)), 1000 + step)).reshape((batch_size,) + shape)
        y = torch.tensor([(3 * i + step) % 10 for i in range(batch_size)])
        optimiser.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        losses.append(loss.item())
        for p, _ in params if step in (0, steps - 1) else []:
            g = p.grad.reshape(-1)
            gradients += [g.norm().item(), (g * torch.from_numpy(splitmix(g.numel(), 2000))).sum().item()]
            gradients += [g[(k * 7919 + 13) % g.numel()].item() for k in range(n_entries)]
        optimiser.step()
    emit(f"steps_{name}_loss", losses)
    emit(f"steps_{name}_gradients", gradients)
    emit(f"steps_{name}_statistics", [v.norm().item() for m in model.modules() if isinstance(m, nn.BatchNorm2d)
                                      for v in (m.running_mean, m.running_var)] or [0])


def steps_of_presets():
    adam_steps("lenet5", lenet5(), (1, 28, 28))
    adam_steps("vgg_mini", vgg_mini(), (3, 32, 32))
    adam_steps("resnet20", resnet20(), (3, 32, 32))


def write(name, makers):
    LINES[:] = ["/* SPDX-License-Identifier: GPL-3.0-or-later */",
                "/* Written by make-golden.py with PyTorch %s in double precision. Do not edit. */" % torch.__version__,
                "#pragma once\n"]
    for make in makers:
        make()
    with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as out:
        out.write("\n".join(LINES).rstrip() + "\n")


write("golden-learn.h", (trajectories, optimisers, losses, schedules, metrics, explanations))
write("golden-steps.h", (steps_of_presets,))

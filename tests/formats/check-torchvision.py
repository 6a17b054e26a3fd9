# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks as PyTorch exports them: read, run, and compared with PyTorch itself.

    check-torchvision.py CONVISOR-CLI [NAME…]

The files are made here, in a temporary folder. Batch norm is settled by a few passes in training mode first: with
its first statistics the outputs of a deep network are about 0 and prove nothing.
"""
import os
import subprocess
import sys
import tempfile
import time
import warnings

try:
    import numpy
    import torch
    import torchvision
except ImportError as missing:
    print(f'skipped: {missing}')
    sys.exit(77)

# The same products are summed in another order, through up to a hundred layers.
RELATIVE = 1e-4
OPSET = 13
# The smallest that each takes: AlexNet and VGG end in a pool that an export fixes for 224, Inception needs 75.
CASES = [
    ('resnet18', 64), ('mobilenet_v2', 64), ('squeezenet1_1', 64), ('densenet121', 64), ('googlenet', 64),
    ('vgg11_bn', 224), ('alexnet', 224), ('mobilenet_v3_small', 64), ('efficientnet_b0', 64),
    ('shufflenet_v2_x1_0', 64), ('mnasnet1_0', 64), ('regnet_y_400mf', 64), ('inception_v3', 96),
    ('resnext50_32x4d', 64),
]
VERSIONS = [9, 11, 13, 17]


def build(name, size):
    torch.manual_seed(1)
    options = {'aux_logits': False, 'init_weights': False} if name in ('googlenet', 'inception_v3') else {}
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        model = getattr(torchvision.models, name)(weights=None, **options)
    model.train()
    # Statistics only: what is dropped in training would move them.
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    with torch.no_grad():
        for _ in range(4):
            model(torch.randn(4, 3, size, size))
    model.eval()
    # Some start with a last layer that answers nearly nothing; its outputs shall be about 1.
    last = [module for module in model.modules() if isinstance(module, (torch.nn.Linear, torch.nn.Conv2d))][-1]
    with torch.no_grad():
        scale = 1.0 / model(torch.randn(2, 3, size, size)).abs().max()
        last.weight.mul_(scale)
        last.bias.mul_(scale)
    return model


def check(cli, folder, name, model, size, opset):
    path, given, answer = (os.path.join(folder, file) for file in ('m.onnx', 'x.npy', 'y.npy'))
    x = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(7))
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter('ignore')
        torch.onnx.export(model, x, path, opset_version=opset, input_names=['input'], output_names=['output'],
                          dynamic_axes={'input': {0: 'N'}, 'output': {0: 'N'}})
        expected = model(x).numpy()
    numpy.save(given, x.numpy())
    start = time.monotonic()
    subprocess.run([cli, '--quiet', 'run', path, '--input', given, '--out', answer], check=True,
                   stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - start
    got = numpy.load(answer)
    assert got.shape == expected.shape, f'{got.shape} instead of {expected.shape}'
    spread = float(numpy.abs(expected).max())
    assert spread > 0.1, f'the outputs are at most {spread:g}: they prove nothing'
    worst = float(numpy.abs(got - expected).max()) / spread
    assert worst <= RELATIVE, f'differs by {worst:.3g} of the largest output'
    return f'largest difference {worst:.2g} of {spread:.3g}; read and run in {seconds:.1f} s'


def main():
    cli, wanted = sys.argv[1], sys.argv[2:]
    torch.set_num_threads(2)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, size in CASES:
            if wanted and name not in wanted:
                continue
            model = build(name, size)
            runs = [(size, opset) for opset in (VERSIONS if name == 'resnet18' else [OPSET])]
            if name == 'resnet18':
                runs.append((224, OPSET))
            for side, opset in runs:
                label = f'{name}, opset {opset}, {side}×{side}'
                try:
                    print(f'{label}: {check(cli, folder, name, model, side, opset)}', flush=True)
                except Exception as reason:
                    print(f'{label}: FAILED: {type(reason).__name__}: {reason}', flush=True)
                    failed += 1
            del model
    return 1 if failed else 0


sys.exit(main())

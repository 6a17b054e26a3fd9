# SPDX-License-Identifier: GPL-3.0-or-later
"""What we write as ONNX passes the format's own checker and means the same to PyTorch.

    check-onnx.py WRITE-ONNX-SAMPLES
"""
import json
import os
import subprocess
import sys
import tempfile

try:
    import numpy
    import onnx
    import torch
    import onnx_torch
except ImportError as missing:
    print(f'skipped: {missing}')
    sys.exit(77)

# Both sum the same products in another order: a few hundred of them at 2^-24 each, and some layers.
RELATIVE = 1e-4


def read_arrays(path, shapes):
    flat = numpy.fromfile(path, '<f4')
    sizes = [int(numpy.prod(shape)) for shape in shapes]
    assert flat.size == sum(sizes), f'{path}: {flat.size} values, {sum(sizes)} expected'
    parts = numpy.split(flat, numpy.cumsum(sizes)[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes)]


def check(folder, sample):
    path = os.path.join(folder, sample['name'])
    model = onnx.load(path + '.onnx')
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 8 and [(o.domain, o.version) for o in model.opset_import] == [('', 13)]
    initializers = {t.name for t in model.graph.initializer}
    assert not initializers & {v.name for v in model.graph.input}, 'an initializer is among the inputs'
    assert not any(node.op_type == 'Identity' for node in model.graph.node)
    assert all(t.HasField('raw_data') for t in model.graph.initializer)

    got = onnx_torch.run(model, read_arrays(path + '.in', sample['inputs']))
    expected = read_arrays(path + '.out', sample['outputs'])
    worst = 0.0
    for a, b in zip(got, expected):
        assert a.shape == b.shape, f'{a.shape} instead of {b.shape}'
        worst = max(worst, float(numpy.abs(a - b).max() / max(1.0, numpy.abs(b).max())))
    assert worst <= RELATIVE, f'differs by {worst:g}'
    return worst


def main():
    torch.set_num_threads(1)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        with open(os.path.join(folder, 'samples.json'), encoding='utf-8') as file:
            samples = json.load(file)
        for sample in samples:
            try:
                print(f"{sample['name']}: ok, largest relative difference {check(folder, sample):.2g}")
            except Exception as reason:
                print(f"{sample['name']}: {type(reason).__name__}: {reason}")
                failed += 1
    assert samples, 'nothing was written'
    return 1 if failed else 0


sys.exit(main())

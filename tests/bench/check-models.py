# SPDX-License-Identifier: GPL-3.0-or-later
"""Foreign networks against ONNX Runtime, on real files: what the engine makes of all of shared/data/onnx-models.

    NODE_PATH=PEERS/node_modules /usr/bin/python3 tests/bench/check-models.py CONVISOR-CLI [DATA]

PEERS is a folder where `npm install --ignore-scripts onnxruntime-node` was run; DATA is shared/data. A program to run
by hand: neither the runtime nor the data are part of the project.
"""
import glob
import gzip
import json
import os
import subprocess
import sys
import tempfile

import numpy
import onnx
import onnx.numpy_helper
import PIL.Image

RELATIVE = 1e-4  # sums in another order
HERE = os.path.dirname(os.path.abspath(__file__))
# Of the 4,999 digits in the shared data, what ONNX Runtime gets right.
DIGITS = {'vnncomp-mnist-net_256x2.onnx': 4894, 'vnncomp-Convnet_maxpool.onnx': 4887}


def run_ours(cli, model, inputs, n_outputs, folder, *options):
    outs = [os.path.join(folder, f'ours{i}.npy') for i in range(n_outputs)]
    command = [cli, '--quiet', 'run', model, *options]
    for path in inputs:
        command += ['--input', path]
    for path in outs:
        command += ['--out', path]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return [numpy.load(path) for path in outs]


def run_theirs(model, batches, n_outputs, folder, plain=False):
    jobs = [{'model': model, 'plain': plain, 'inputs': inputs,
             'outputs': [os.path.join(folder, f'theirs{k}-{i}.npy') for i in range(n_outputs)]}
            for k, inputs in enumerate(batches)]
    path = os.path.join(folder, 'list.json')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(jobs, file)
    subprocess.run(['node', os.path.join(HERE, 'run-ort.cjs'), path], check=True)
    return [[numpy.load(out) for out in job['outputs']] for job in jobs]


def ends(model):
    initializers = {t.name for t in model.graph.initializer}
    inputs = [v for v in model.graph.input if v.name not in initializers]
    return [[d.dim_value or 2 for d in v.type.tensor_type.shape.dim] for v in inputs], len(model.graph.output)


def randomise(model, rng):
    """The light graphs make every weight of one number: random ones instead, of a size that keeps the values alive."""
    shapes = {t.name: onnx.numpy_helper.to_array(t) for t in model.graph.initializer}
    kept = []
    positions = {}
    for node in model.graph.node:
        for i, name in enumerate(node.input):
            positions.setdefault(name, (node.op_type, i))
    for node in model.graph.node:
        if node.op_type != 'ConstantOfShape':
            kept.append(node)
            continue
        shape = [int(n) for n in shapes[node.input[0]]]
        op, place = positions.get(node.output[0], ('', 0))
        if op == 'BatchNormalization':
            values = rng.uniform(0.2, 0.6, shape) if place == 1 else rng.uniform(0.5, 1.5, shape) if place == 4 else rng.normal(0, 0.1, shape)
        elif op == 'Gemm' and len(shape) > 1:
            values = rng.normal(0, 0.01, shape)  # so that the softmax behind does not choose one for certain
        elif len(shape) > 1:
            values = rng.normal(0, (2.0 / max(1, int(numpy.prod(shape[1:])))) ** 0.5, shape)
        else:
            values = rng.normal(0, 0.1, shape)
        model.graph.initializer.append(onnx.numpy_helper.from_array(values.astype(numpy.float32), node.output[0]))
    del model.graph.node[:]
    model.graph.node.extend(kept)
    return model


def compare(ours, theirs):
    worst = 0.0
    for a, b in zip(ours, theirs):
        assert a.shape == b.shape, f'{a.shape} instead of {b.shape}'
        assert numpy.isfinite(b).all(), 'the runtime itself overflows'
        # The runtime's own sigmoid is off by 1e-7 where it is nearly 0.
        worst = max(worst, float(numpy.abs(a - b).max() / max(0.01, numpy.abs(b).max())))
    return worst


def check_random(cli, path, folder, light):
    rng = numpy.random.default_rng(3)
    model = onnx.load(path)
    if light:
        randomise(model, rng)
        path = os.path.join(folder, 'random.onnx')
        onnx.save(model, path)
    shapes, n_outputs = ends(model)
    inputs = []
    for i, shape in enumerate(shapes):
        inputs.append(os.path.join(folder, f'x{i}.npy'))
        numpy.save(inputs[-1], rng.normal(0, 1, shape).astype(numpy.float32))
    theirs = run_theirs(path, [inputs], n_outputs, folder)[0]
    return compare(run_ours(cli, path, inputs, n_outputs, folder), theirs)


def read_idx(path):
    with gzip.open(path) as file:
        data = file.read()
    rank = data[3]
    dims = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], 'big') for i in range(rank)]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * rank).reshape(dims)


def check_digits(cli, data, name, folder):
    images = read_idx(os.path.join(data, 'mnist', 't10k-images-idx3-ubyte.gz'))
    labels = read_idx(os.path.join(data, 'mnist', 't10k-labels-idx1-ubyte.gz'))
    model = onnx.load(os.path.join(data, 'onnx-models', name))
    shape = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim]
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = 'N'
    path = os.path.join(folder, 'open.onnx')
    onnx.save(model, path)
    right = 0
    for start in range(0, len(images), 500):
        x = (images[start:start + 500].astype(numpy.float32) / 255).reshape([-1] + shape[1:])
        numpy.save(os.path.join(folder, 'x.npy'), x)
        y = run_ours(cli, path, [os.path.join(folder, 'x.npy')], 1, folder)[0]
        right += int((y.argmax(1) == labels[start:start + 500]).sum())
    return right, len(images)


def photos(data):
    """Cats, dogs and whatever else there is, as MobileNet wants them: the middle square."""
    for path in sorted(glob.glob(os.path.join(data, 'photos-original', '[cd]*', '*.[jJ]*'))):
        try:
            image = PIL.Image.open(path).convert('RGB')
        except OSError:
            continue
        side = min(image.size)
        if side < 100:
            continue
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side)).resize((224, 224), PIL.Image.BILINEAR)
        x = numpy.asarray(image, numpy.float32).transpose(2, 0, 1)[None] / 255
        mean = numpy.array([0.485, 0.456, 0.406], numpy.float32).reshape(1, 3, 1, 1)
        spread = numpy.array([0.229, 0.224, 0.225], numpy.float32).reshape(1, 3, 1, 1)
        yield ((x - mean) / spread).astype(numpy.float32)


def check_photos(cli, data, folder, tell):
    """One step of the input's grid at one pixel moves the runtime's own outputs by more than 1, so sums in another
    order choose other answers where two are close; how often is measured on the runtime itself, with its
    optimisations and without."""
    path = os.path.join(data, 'onnx-models', 'mobilenet_v2_imagenet_qdq_uint8.onnx')
    inputs = []
    for i, x in enumerate(photos(data)):
        inputs.append([os.path.join(folder, f'photo{i}.npy')])
        numpy.save(inputs[-1][0], x)
    n = len(inputs)
    theirs = [answer[0] for answer in run_theirs(path, inputs, 1, folder)]
    plain = [answer[0] for answer in run_theirs(path, inputs, 1, folder, True)]
    itself = sum(int(a.argmax() == b.argmax()) for a, b in zip(theirs, plain))
    for options in ([], ['--int8']):
        label = f'mobilenet_v2 qdq {" ".join(options)}'.strip()
        try:
            ours = [run_ours(cli, path, files, 1, folder, *options)[0] for files in inputs]
        except Exception as reason:
            tell(label, False, f'{type(reason).__name__}: {reason}')
            continue
        agree = sum(int(a.argmax() == b.argmax()) for a, b in zip(ours, theirs))
        worst = max(float(numpy.abs(a - b).max()) for a, b in zip(ours, theirs))
        tell(label, agree >= itself - 2,
             f'the first answer agrees on {agree} of {n} photos, largest difference {worst:.3g}; the runtime without '
             f'its optimisations agrees with itself on {itself}')


def main():
    cli = os.path.abspath(sys.argv[1])
    data = sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, '..', '..', '..', 'shared', 'data')
    models = os.path.join(data, 'onnx-models')
    failed = 0

    def tell(label, good, words):
        nonlocal failed
        failed += not good
        print(f'{label}: {"ok" if good else "DIFFERS"}, {words}', flush=True)

    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(glob.glob(os.path.join(models, '*.onnx')) + glob.glob(os.path.join(models, 'light', '*.onnx'))):
            name = os.path.basename(path)
            if 'qdq' in name:
                continue  # a step of its grid here and there: by its answers, below
            try:
                worst = check_random(cli, path, folder, 'light' in path)
                tell(name, worst <= RELATIVE, f'largest difference {worst:.2g} of the largest output')
            except Exception as reason:
                tell(name, False, f'{type(reason).__name__}: {reason}')
        for name, expected in DIGITS.items():
            right, n = check_digits(cli, data, name, folder)
            tell(name, abs(right - expected) <= 2, f'{right} of {n} digits right, ONNX Runtime {expected}')
        check_photos(cli, data, folder, tell)
    return 1 if failed else 0


sys.exit(main())

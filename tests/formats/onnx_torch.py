# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs an ONNX graph with PyTorch's functions: an independent second opinion on what a file means."""
import numpy
import onnx.numpy_helper
import torch
import torch.nn.functional as F


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def pad(x, pads, value):
    """ONNX lists top, left, bottom, right; PyTorch left, right, top, bottom."""
    return F.pad(x, (pads[1], pads[3], pads[0], pads[2]), value=value)


def conv(a, x, w, b=None):
    return F.conv2d(pad(x, a['pads'], 0.0), w, b, a['strides'], 0, a['dilations'], a['group'])


def pool_extent(a, size, axis):
    """Output extent, and what must follow the padded input so that the last window is whole."""
    extent = a.get('dilations', [1, 1])[axis] * (a['kernel_shape'][axis] - 1) + 1
    before, after, stride = a['pads'][axis], a['pads'][axis + 2], a['strides'][axis]
    room = size + before + after - extent
    n = (-(-room // stride) if a['ceil_mode'] else room // stride) + 1
    if a['ceil_mode'] and (n - 1) * stride >= size + before:
        n -= 1
    return n, max(0, (n - 1) * stride + extent - (size + before + after))


def pool(a, x, average):
    more = [pool_extent(a, x.shape[2 + axis], axis)[1] for axis in (0, 1)]

    def widen(t, inner, outer):
        return F.pad(pad(t, a['pads'], inner), (0, more[1], 0, more[0]), value=outer)

    if not average:
        low = float('-inf')
        return F.max_pool2d(widen(x, low, low), a['kernel_shape'], a['strides'], 0, a['dilations'])
    area = a['kernel_shape'][0] * a['kernel_shape'][1]
    counted = widen(torch.ones_like(x), 1.0 if a['count_include_pad'] else 0.0, 0.0)
    total = F.avg_pool2d(widen(x, 0.0, 0.0), a['kernel_shape'], a['strides']) * area
    return total / (F.avg_pool2d(counted, a['kernel_shape'], a['strides']) * area)


def axis_of(a, size, out, scale, start, end):
    """Which places each output position of an axis mixes, and their shares: the definition of Resize."""
    scale = numpy.float32(scale)
    position = numpy.arange(out, dtype=numpy.float32)
    grid = a.get('coordinate_transformation_mode', b'half_pixel')
    if grid == b'align_corners':
        place = position * (size - 1) / (out - 1) if out > 1 else position * 0
    elif grid == b'asymmetric':
        place = position / scale
    elif grid == b'tf_crop_and_resize':
        place = start * (size - 1) + position * (end - start) * (size - 1) / (out - 1)
    else:
        place = (position + 1 / 2) / scale - numpy.float32(0.5)
        place = place * 0 if grid == b'pytorch_half_pixel' and out == 1 else place
    mode = a['mode']
    if mode == b'nearest':
        round_up = {b'round_prefer_floor': lambda p: numpy.ceil(p - numpy.float32(0.5)), b'floor': numpy.floor, b'ceil': numpy.ceil,
                    b'round_prefer_ceil': lambda p: numpy.floor(p + numpy.float32(0.5))}[a['nearest_mode']]
        first, shares = round_up(place), numpy.ones((out, 1))
    else:
        first = numpy.floor(place)
        t = (place - first).astype('f8')[:, None]
        if mode == b'linear':
            shares = numpy.concatenate([1 - t, t], 1)
        else:
            first, k = first - 1, a['cubic_coeff_a']
            far = lambda d: ((k * d - 5 * k) * d + 8 * k) * d - 4 * k
            near = lambda d: ((k + 2) * d - (k + 3)) * d * d + 1
            shares = numpy.concatenate([far(t + 1), near(t), near(1 - t), far(2 - t)], 1)
    taps = first[:, None].astype('i8') + numpy.arange(shares.shape[1])
    if a.get('exclude_outside'):
        shares = numpy.where((taps >= 0) & (taps < size), shares, 0)
        total = shares.sum(1, keepdims=True)
        shares = shares / numpy.where(total == 0, 1, total)
    outside = (place < 0) | (place > size - 1) if grid == b'tf_crop_and_resize' else place < -numpy.inf
    matrix = numpy.zeros((out, size))
    numpy.add.at(matrix, (numpy.arange(out)[:, None], taps.clip(0, size - 1)), shares)
    return torch.from_numpy(matrix), torch.from_numpy(outside)


def resize(a, x, roi, scales, sizes=None):
    n = x.dim()
    roi = [0.0] * n + [1.0] * n if roi is None else [float(r) for r in roi]
    crop = a.get('coordinate_transformation_mode') == b'tf_crop_and_resize'
    y, outside = x.double(), None
    for axis in range(2, n):
        share = roi[n + axis] - roi[axis] if crop else 1.0
        scale = float(scales[axis]) if sizes is None else int(sizes[axis]) / x.shape[axis]
        out = int(sizes[axis]) if sizes is not None else int(numpy.floor(numpy.float32(x.shape[axis]) * numpy.float32(share) * numpy.float32(scale)))
        matrix, beyond = axis_of(a, x.shape[axis], out, scale, roi[axis], roi[n + axis])
        y = torch.movedim(torch.movedim(y, axis, -1) @ matrix.T, -1, axis)
        outside = beyond if outside is None else outside[:, None] | beyond
    return torch.where(outside, a.get('extrapolation_value', 0.0), y).float()


def wide(x, pads, value, mode):
    """Padding along any axis, by the places that are read."""
    n = x.dim()
    for axis in range(n):
        before, after, size = int(pads[axis]), int(pads[n + axis]), x.shape[axis]
        if before == after == 0:
            continue
        place = torch.arange(-before, size + after)
        if mode == b'reflect':
            place = torch.where(place < 0, -place, place)
            place = torch.where(place >= size, 2 * (size - 1) - place, place)
        y = x.index_select(axis, place.clamp(0, size - 1))
        if mode == b'constant':
            inside = ((place >= 0) & (place < size)).reshape([-1 if i == axis else 1 for i in range(n)])
            y = torch.where(inside, y, torch.tensor(0.0 if value is None else float(value)))
        x = y
    return x


def cut(x, starts, ends, axes, steps):
    for start, end, axis, step in zip(starts.tolist(), ends.tolist(), axes.tolist(), steps.tolist()):
        end = None if step < 0 and end < -x.shape[axis] else end
        x = x.index_select(axis, torch.arange(x.shape[axis])[numpy.arange(x.shape[axis])[start:end:step].copy()])
    return x


def spread(a, x, w, b=None):
    """The whole spread of every value, then the pads taken off."""
    y = F.conv_transpose2d(x, w, b, a['strides'], 0, 0, a['group'], a['dilations'])
    y = F.pad(y, (0, a['output_padding'][1], 0, a['output_padding'][0]))
    if b is not None and any(a['output_padding']):
        inner = F.conv_transpose2d(x, w, None, a['strides'], 0, 0, a['group'], a['dilations'])
        y = F.pad(inner, (0, a['output_padding'][1], 0, a['output_padding'][0])) + b.reshape(1, -1, 1, 1)
    top, left, bottom, right = a['pads']
    return y[:, :, top:y.shape[2] - bottom, left:y.shape[3] - right]


def neighbours(a, x):
    """LRN; PyTorch's own puts the odd neighbour of an even window on the other side."""
    before, after = (a['size'] - 1) // 2, a['size'] // 2
    squares = F.pad((x * x).unsqueeze(1), (0, 0) * (x.dim() - 2) + (before, after)).squeeze(1)
    total = sum(squares[:, i:i + x.shape[1]] for i in range(a['size']))
    return x / (a['bias'] + a['alpha'] / a['size'] * total) ** a['beta']


def reduce_with(function):
    def run_it(a, x, axes=None):
        axes = a['axes'] if axes is None else axes.tolist()
        return function(x, axes, bool(a['keepdims']))
    return run_it


def product(x, axes, keep):
    for axis in sorted(axes, reverse=True):
        x = x.prod(axis, keepdim=keep)
    return x


TYPES = {1: torch.float32, 7: torch.int64, 9: torch.bool, 10: torch.float16}


def quantize(a, x, scale, zero):
    limits = torch.iinfo(zero.dtype)
    return torch.clamp(torch.round(x / scale) + zero, limits.min, limits.max).to(zero.dtype)


def dequantize(a, x, scale, zero):
    if scale.dim() == 1:
        shape = [-1 if i == a['axis'] else 1 for i in range(x.dim())]
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    return (x.to(torch.int32) - zero.to(torch.int32)).to(torch.float32) * scale


OPERATORS = {
    'Conv': conv,
    'Gemm': lambda a, x, w, b=None: F.linear(x, w if a['transB'] else w.T, b),
    'BatchNormalization': lambda a, x, s, b, m, v: F.batch_norm(x, m, v, s, b, False, 0.0, a['epsilon']),
    'MaxPool': lambda a, x: pool(a, x, False),
    'AveragePool': lambda a, x: pool(a, x, True),
    'GlobalAveragePool': lambda a, x: x.mean((2, 3), keepdim=True),
    'GlobalMaxPool': lambda a, x: x.amax((2, 3), keepdim=True),
    'Relu': lambda a, x: F.relu(x),
    'LeakyRelu': lambda a, x: F.leaky_relu(x, a['alpha']),
    'Elu': lambda a, x: F.elu(x, a['alpha']),
    'Sigmoid': lambda a, x: torch.sigmoid(x),
    'Tanh': lambda a, x: torch.tanh(x),
    'Clip': lambda a, x, low=None, high=None: torch.clamp(
        x, float('-inf') if low is None else float(low), float('inf') if high is None else float(high)),
    'HardSigmoid': lambda a, x: torch.clamp(a['alpha'] * x + a['beta'], 0, 1),
    'Softplus': lambda a, x: F.softplus(x),
    'Selu': lambda a, x: a['gamma'] * F.elu(x, a['alpha']),
    'Exp': lambda a, x: torch.exp(x),
    'Log': lambda a, x: torch.log(x),
    'Sqrt': lambda a, x: torch.sqrt(x),
    'Erf': lambda a, x: torch.erf(x),
    'Abs': lambda a, x: torch.abs(x),
    'Neg': lambda a, x: -x,
    'Reciprocal': lambda a, x: 1 / x,
    'Floor': lambda a, x: torch.floor(x),
    'Ceil': lambda a, x: torch.ceil(x),
    'Round': lambda a, x: torch.round(x),
    'Sub': lambda a, x, y: x - y,
    'Shape': lambda a, x: torch.tensor(x.shape),
    'Mul': lambda a, x, y: x * y,
    'Div': lambda a, x, y: x / y,
    'Pow': lambda a, x, y: torch.pow(x, y),
    'Max': lambda a, x, y: torch.maximum(x, y),
    'Min': lambda a, x, y: torch.minimum(x, y),
    'PRelu': lambda a, x, y: torch.where(x < 0, x * y, x),
    'MatMul': lambda a, x, y: x @ y,
    'Transpose': lambda a, x: x.permute(a['perm']),
    'Slice': lambda a, x, starts, ends, axes=torch.tensor([0]), steps=torch.tensor([1]): cut(x, starts, ends, axes, steps),
    'Pad': lambda a, x, pads, value=None: wide(x, pads, value, a['mode']),
    'Gather': lambda a, x, i: torch.from_numpy(numpy.take(x.numpy(), i.numpy(), a['axis'])),
    'Unsqueeze': lambda a, x, axes: x.unsqueeze(int(axes)),
    'ConvTranspose': spread,
    'InstanceNormalization': lambda a, x, s, b: F.instance_norm(x, weight=s, bias=b, eps=a['epsilon']),
    'LRN': neighbours,
    'LogSoftmax': lambda a, x: F.log_softmax(x, a['axis']),
    'ReduceMean': reduce_with(lambda x, axes, keep: x.mean(axes, keep)),
    'ReduceSum': reduce_with(lambda x, axes, keep: x.sum(axes, keep)),
    'ReduceMin': reduce_with(lambda x, axes, keep: x.amin(axes, keep)),
    'ReduceProd': reduce_with(product),
    'ReduceL1': reduce_with(lambda x, axes, keep: x.abs().sum(axes, keep)),
    'ReduceL2': reduce_with(lambda x, axes, keep: x.square().sum(axes, keep).sqrt()),
    'ReduceSumSquare': reduce_with(lambda x, axes, keep: x.square().sum(axes, keep)),
    'ReduceLogSumExp': reduce_with(lambda x, axes, keep: torch.logsumexp(x, axes, keep)),
    'Dropout': lambda a, x, ratio: x,
    'Softmax': lambda a, x: F.softmax(x, a['axis']),
    'Add': lambda a, x, y: x + y,
    'Concat': lambda a, *xs: torch.cat(xs, a['axis']),
    'Flatten': lambda a, x: torch.flatten(x, a['axis']),
    'Reshape': lambda a, x, s: x.reshape([x.shape[i] if n == 0 else int(n) for i, n in enumerate(s)]),
    'ReduceMax': lambda a, x: x.amax(a['axes'], keepdim=bool(a['keepdims'])),
    'Resize': resize,
    'Cast': lambda a, x: x.to(TYPES[a['to']]),
    'QuantizeLinear': quantize,
    'DequantizeLinear': dequantize,
}


def run(model, inputs):
    """@inputs: arrays in graph order. Returns arrays in graph order."""
    values = {t.name: torch.from_numpy(numpy.array(onnx.numpy_helper.to_array(t))) for t in model.graph.initializer}
    values[''] = None
    names = [v.name for v in model.graph.input]
    values.update({name: torch.from_numpy(x) for name, x in zip(names, inputs)})
    with torch.no_grad():
        for node in model.graph.node:
            xs = [values[name] for name in node.input]
            values[node.output[0]] = OPERATORS[node.op_type](attributes(node), *xs)
    return [values[v.name].contiguous().numpy() for v in model.graph.output]

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


def resize(a, x, roi, scales):
    factor = [int(s) for s in scales[2:]]
    if a['mode'] == b'nearest':
        return F.interpolate(x, scale_factor=factor, mode='nearest')
    return F.interpolate(x, scale_factor=factor, mode='bilinear', align_corners=False)


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
    'Clip': lambda a, x, low, high: torch.clamp(x, float(low), float(high)),
    'Dropout': lambda a, x, ratio: x,
    'Softmax': lambda a, x: F.softmax(x, a['axis']),
    'Add': lambda a, x, y: x + y,
    'Concat': lambda a, *xs: torch.cat(xs, a['axis']),
    'Flatten': lambda a, x: torch.flatten(x, a['axis']),
    'Reshape': lambda a, x, s: x.reshape([x.shape[i] if n == 0 else int(n) for i, n in enumerate(s)]),
    'ReduceMax': lambda a, x: x.amax(a['axes'], keepdim=bool(a['keepdims'])),
    'Resize': resize,
    'Cast': lambda a, x: x.to({onnx.TensorProto.FLOAT: torch.float32}[a['to']]),
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
    return [values[v.name].numpy() for v in model.graph.output]

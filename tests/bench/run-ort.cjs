// SPDX-License-Identifier: GPL-3.0-or-later
// Runs networks with ONNX Runtime on arrays in files.
//
//   NODE_PATH=PEERS/node_modules node tests/bench/run-ort.cjs LIST.json
//
// LIST.json: [{"model": FILE, "inputs": [FILE.npy…], "outputs": [FILE.npy…], "plain": BOOL}…], all of float32 in C order;
// "plain" leaves out the runtime's optimisations, which replace operators by others.
'use strict';
const fs = require('fs');
const ort = require('onnxruntime-node');

function readNpy(file) {
  const bytes = fs.readFileSync(file);
  const length = bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, 10 + length);
  const dims = /'shape': \(([^)]*)\)/.exec(header)[1].split(',').map((s) => s.trim()).filter((s) => s).map(Number);
  if (!/'<f4'/.test(header)) throw new Error(`${file} is not float32`);
  return new ort.Tensor('float32', new Float32Array(bytes.buffer.slice(bytes.byteOffset + 10 + length, bytes.byteOffset + bytes.length)), dims);
}

function writeNpy(file, tensor) {
  const shape = tensor.dims.map((n) => `${n},`).join(' ');
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`;
  header += ' '.repeat(63 - ((10 + header.length) % 64)) + '\n';
  const start = Buffer.alloc(10);
  start.write('\x93NUMPY\x01\x00', 'latin1');
  start.writeUInt16LE(header.length, 8);
  fs.writeFileSync(file, Buffer.concat([start, Buffer.from(header, 'latin1'),
    Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)]));
}

async function main() {
  let key = null;
  let session = null;
  for (const job of JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))) {
    if (key !== `${job.plain} ${job.model}`) {
      session = await ort.InferenceSession.create(job.model,
        { logSeverityLevel: 3, graphOptimizationLevel: job.plain ? 'disabled' : 'all' });
      key = `${job.plain} ${job.model}`;
    }
    const feeds = {};
    session.inputNames.forEach((name, i) => { feeds[name] = readNpy(job.inputs[i]); });
    const results = await session.run(feeds);
    session.outputNames.forEach((name, i) => writeNpy(job.outputs[i], results[name]));
  }
}

main();

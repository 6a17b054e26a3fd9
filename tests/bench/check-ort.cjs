// SPDX-License-Identifier: GPL-3.0-or-later
// Runs every file that write-onnx-samples wrote with ONNX Runtime and compares the outputs with ours.
//
//   build/tests/formats/write-onnx-samples DIR [FILE.onnx…]
//   NODE_PATH=PEERS/node_modules node tests/bench/check-ort.cjs DIR
//
// PEERS is a folder where `npm install --ignore-scripts onnxruntime-node` was run. A program to run by hand:
// the runtime is no part of the project.
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

// Sums in another order, and where values are rounded to a grid a step of it for a value that lies between two.
const RELATIVE = 1e-4;

const size = (shape) => shape.reduce((a, b) => a * b, 1);

function readArrays(file, shapes) {
  const bytes = fs.readFileSync(file);
  const flat = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  let offset = 0;
  return shapes.map((shape) => {
    const part = flat.slice(offset, offset + size(shape));
    offset += part.length;
    return part;
  });
}

async function check(folder, sample) {
  const base = path.join(folder, sample.name);
  const session = await ort.InferenceSession.create(`${base}.onnx`, { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 });
  const values = readArrays(`${base}.in`, sample.inputs);
  const expected = readArrays(`${base}.out`, sample.outputs);
  const feeds = {};
  values.forEach((value, i) => {
    feeds[session.inputNames[i]] = new ort.Tensor('float32', value, sample.inputs[i]);
  });
  const results = await session.run(feeds);
  let worst = 0;
  session.outputNames.forEach((name, i) => {
    const got = results[name];
    if (size(got.dims) !== expected[i].length) throw new Error(`${name} is ${got.dims}, not ${sample.outputs[i]}`);
    let largest = 1;
    let difference = 0;
    for (let k = 0; k < expected[i].length; k++) {
      largest = Math.max(largest, Math.abs(expected[i][k]));
      difference = Math.max(difference, Math.abs(expected[i][k] - got.data[k]));
      if (Number.isNaN(got.data[k]) !== Number.isNaN(expected[i][k])) throw new Error('NaN on one side only');
    }
    worst = Math.max(worst, difference / largest);
  });
  return worst;
}

async function main() {
  const folder = process.argv[2];
  let failed = 0;
  for (const sample of JSON.parse(fs.readFileSync(path.join(folder, 'samples.json'), 'utf8'))) {
    try {
      const worst = await check(folder, sample);
      console.log(`${sample.name}: ${worst <= RELATIVE ? 'ok' : 'DIFFERS'}, ${worst.toExponential(2)}`);
      failed += worst > RELATIVE;
    } catch (reason) {
      console.log(`${sample.name}: ${reason.message}`);
      failed += 1;
    }
  }
  process.exitCode = failed ? 1 : 0;
}

main();

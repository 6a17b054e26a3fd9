// SPDX-License-Identifier: GPL-3.0-or-later
// Runs every network that write-int8-samples wrote with ONNX Runtime and says how far the answers lie apart.
//
//   build/tests/bench/write-int8-samples DIR
//   NODE_PATH=PEERS/node_modules node tests/bench/check-int8.cjs DIR
//
// Distances are in 255ths of the largest answer: about one level of a grid over the answers. A value next to the middle between two
// levels may go either way, and what comes after follows it; so the same first answer and a small mean are asked for, not the same bits.
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

const MEAN = 1.5;

function floats(file) {
  const bytes = fs.readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function best(values) {
  return values.reduce((k, value, i) => (value > values[k] ? i : k), 0);
}

function compare(a, b, batch) {
  const n = a.length / batch;
  const unit = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 255;
  let sum = 0;
  let most = 0;
  let same = 0;
  for (let i = 0; i < a.length; i++) {
    sum += Math.abs(a[i] - b[i]) / unit;
    most = Math.max(most, Math.abs(a[i] - b[i]) / unit);
  }
  for (let i = 0; i < batch; i++) same += best(a.slice(i * n, i * n + n)) === best(b.slice(i * n, i * n + n));
  return { mean: sum / a.length, most, same };
}

async function main() {
  const folder = process.argv[2];
  let failed = 0;
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.onnx')).sort()) {
    const name = file.slice(0, -5);
    const base = path.join(folder, name);
    const ours = { int8: floats(`${base}.int8`), float: floats(`${base}.float`) };
    for (const level of ['disabled', 'all']) {
      const session = await ort.InferenceSession.create(`${base}.onnx`, { graphOptimizationLevel: level, logSeverityLevel: 3 });
      const input = floats(`${base}.in`);
      const dims = session.inputMetadata[0].shape.slice(1).map(Number);
      const batch = input.length / dims.reduce((a, b) => a * b, 1);
      const results = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', input, [batch, ...dims]) });
      const theirs = results[session.outputNames[0]].data;
      for (const kind of ['int8', 'float']) {
        const { mean, most, same } = compare(theirs, ours[kind], batch);
        console.log(`${name}: ours in ${kind}, theirs optimized ${level}: ${mean.toFixed(3)} on average, ${most.toFixed(2)} at most, ` +
                    `${same} of ${batch} first answers the same`);
        failed += kind === 'int8' && !(mean <= MEAN);
      }
    }
  }
  process.exitCode = failed ? 1 : 0;
}

main().catch((error) => { console.error(String(error)); process.exit(1); });

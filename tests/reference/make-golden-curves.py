#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes golden-curves.h: what scikit-learn makes of scores, probabilities, numbers and folds.

usage: make-golden-curves.py [FOLDER]     (Debian's python3-sklearn 1.2.1; needed only to change the numbers)

Scores follow formulas that the tests repeat in C, rounded to floats there and here.
"""
import math
import os
import sys

import numpy as np
import sklearn
from sklearn import calibration, metrics
from sklearn.model_selection import StratifiedKFold

FOLDER = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
N = 240
N_BINS = 8
LINES = []


def noise(n, stream):
    """n numbers in -1 … 1, the same as golden_noise() in the tests."""
    x = np.array([math.sin(i * 12.9898 + stream * 78.233) for i in range(n)]) * 43758.5453
    return (x - np.floor(x)) * 2 - 1


def emit(name, values):
    values = [float(v) for v in np.asarray(values, dtype=np.float64).reshape(-1)]
    LINES.append(f"static const double {name}[{len(values)}] = {{")
    row = "  "
    for v in values:
        text = ("INFINITY" if math.isinf(v) else "NAN" if math.isnan(v) else "%.12g" % v) + ", "
        if len(row) + len(text) > 98:
            LINES.append(row.rstrip())
            row = "  "
        row += text
    LINES.append(row.rstrip())
    LINES.append("};\n")


def roc(name, positive, scores, drop):
    fpr, tpr, thresholds = metrics.roc_curve(positive, scores, drop_intermediate=drop)
    thresholds[0] = math.inf  # as scikit-learn has it from 1.3 on
    emit(f"golden_roc_{name}", np.stack([fpr, tpr, thresholds], axis=1))


def curves(name, positive, scores):
    roc(name, positive, scores, False)
    roc(name + "_short", positive, scores, True)
    precision, recall, thresholds = metrics.precision_recall_curve(positive, scores)
    emit(f"golden_precision_{name}",
         np.stack([precision, recall, np.append(thresholds, math.inf)], axis=1))
    emit(f"golden_areas_{name}",
         [metrics.roc_auc_score(positive, scores), metrics.average_precision_score(positive, scores)])


def bins(name, right, p, strategy):
    observed, predicted = calibration.calibration_curve(right, p, n_bins=N_BINS, strategy=strategy)
    emit(f"golden_calibration_{name}", np.stack([predicted, observed], axis=1))


def many_classes():
    """Four classes: probabilities by softmax of noise, macro and weighted means."""
    logits = np.stack([2 * noise(N, 40 + k) for k in range(4)], axis=1)
    truth = [int(abs(v) * 1000) % 4 for v in noise(N, 44)]
    truth = [t if abs(u) < 0.5 else int(np.argmax(l)) for t, u, l in zip(truth, noise(N, 45), logits)]
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    p = p.astype(np.float32).astype(np.float64)
    p /= p.sum(axis=1, keepdims=True)  # scikit-learn wants sums of exactly 1; the ranks stay
    answer = p.argmax(axis=1)
    onehot = np.eye(4)[truth]
    out = []
    for average in ("macro", "weighted"):
        out += list(metrics.precision_recall_fscore_support(truth, answer, average=average)[:3])
        out.append(metrics.roc_auc_score(truth, p, average=average, multi_class="ovr"))
        out.append(metrics.average_precision_score(onehot, p, average=average))
    emit("golden_means", out)


def folds(name, labels, n_folds):
    """The fold of each item, without shuffling."""
    fold = np.zeros(len(labels), dtype=int)
    for k, (_, test) in enumerate(StratifiedKFold(n_folds).split(np.zeros(len(labels)), labels)):
        fold[test] = k
    LINES.append(f"static const int golden_folds_{name}[{len(labels)}] = {{")
    for i in range(0, len(fold), 32):
        LINES.append("  " + " ".join(f"{v}," for v in fold[i:i + 32]))
    LINES.append("};\n")


def main():
    # Ties on purpose: sixteenths.
    coarse = (np.rint(noise(N, 30) * 16) / 16).astype(np.float32).astype(np.float64)
    fine = noise(N, 31).astype(np.float32).astype(np.float64)
    positive = (noise(N, 32) + 0.8 * coarse > 0.2).astype(int)
    other = (noise(N, 33) + 0.5 * fine > -0.1).astype(int)
    curves("ties", positive, coarse)
    curves("fine", other, fine)

    p = ((noise(N, 34) + 1) / 2).astype(np.float32).astype(np.float64)
    p[:24] = np.float32(0.25)  # many on an edge
    right = ((noise(N, 35) + 1) / 2 < p ** 1.5).astype(int)
    bins("uniform", right, p, "uniform")
    bins("quantile", right, p, "quantile")
    emit("golden_brier", [metrics.brier_score_loss(right, p)])

    truth = (3 * noise(N, 36) + 100).astype(np.float32).astype(np.float64)
    predicted = (truth + noise(N, 37) + 0.5).astype(np.float32).astype(np.float64)
    emit("golden_regression", [
        metrics.mean_squared_error(truth, predicted),
        metrics.mean_squared_error(truth, predicted, squared=False),
        metrics.mean_absolute_error(truth, predicted),
        metrics.r2_score(truth, predicted),
        metrics.explained_variance_score(truth, predicted)])
    many_classes()

    folds("even", [i % 3 for i in range(60)], 5)
    folds("uneven", [int(abs(v) * 1000) % 7 % 4 for v in noise(150, 38)], 4)

    with open(os.path.join(FOLDER, "golden-curves.h"), "w", encoding="utf-8") as file:
        file.write("/* SPDX-License-Identifier: GPL-3.0-or-later */\n"
                   f"/* Written by make-golden-curves.py with scikit-learn {sklearn.__version__}. Do not edit. */\n"
                   "#pragma once\n\n#include <math.h>\n\n" + "\n".join(LINES))


main()

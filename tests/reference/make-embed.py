#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes golden-embed.h: principal components and t-SNE as scikit-learn gives them.

usage: make-embed.py [FOLDER]     (Debian's python3-sklearn 1.2; needed only to change the numbers)

Data follow formulas that the tests repeat in C, but for 600 digits of 8×8 pixels from scikit-learn's own
set (E. Alpaydin, C. Kaynak, UCI Machine Learning Repository, CC BY 4.0), which are stored.
"""
import os
import sys

import numpy as np
import sklearn
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness

from golden_numbers import Header, noise

FOLDER = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
HEADER = Header("make-embed.py with scikit-learn " + sklearn.__version__)
DIGITS = 600


def spread(n, dims, stream):
    """Floats whose directions of variance fall off by a fifth each."""
    sources = noise(n * 8, stream).reshape(n, 8) * 0.8 ** np.arange(8) * 4
    mixing = noise(8 * dims, stream + 1).reshape(8, dims)
    x = sources @ mixing + 0.05 * noise(n * dims, stream + 2).reshape(n, dims) + 3
    return x.astype(np.float32)


def components():
    for name, n, dims in (("many", 60, 12), ("wide", 14, 70), ("search", 700, 520)):
        x = spread(n, dims, 40)
        pca = PCA(5, svd_solver="full")
        y = pca.fit_transform(x.astype(np.float64))
        HEADER.emit(f"embed_{name}_variances", pca.explained_variance_)
        HEADER.emit(f"embed_{name}_shares", pca.explained_variance_ratio_)
        HEADER.emit(f"embed_{name}_axes", pca.components_[:, :10])
        HEADER.emit(f"embed_{name}_places", y[:10])


def digits():
    data = load_digits()
    x = data.data[:DIGITS]
    HEADER.lines.append("/* A letter a pixel, from a: 0 to q: 16. */")
    HEADER.lines.append("static const char *const embed_digits[%d] = {" % DIGITS)
    for row in x:
        HEADER.lines.append('  "%s",' % "".join(chr(ord("a") + int(v)) for v in row))
    HEADER.lines.append("};\n")
    tsne = TSNE(init="pca", learning_rate="auto", random_state=0)
    y = tsne.fit_transform(x)
    HEADER.emit("embed_digits_trust", [trustworthiness(x, y, n_neighbors=5), tsne.kl_divergence_])


components()
digits()
HEADER.write(FOLDER, "golden-embed.h")

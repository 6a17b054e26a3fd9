# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts beside it share: numbers by formula, and arrays as a C header."""
import math
import os

import numpy as np


def noise(n, stream):
    """n numbers in -1 … 1, the same as golden_noise() in the tests."""
    x = np.array([math.sin(i * 12.9898 + stream * 78.233) for i in range(n)]) * 43758.5453
    return (x - np.floor(x)) * 2 - 1


class Header:
    """A header of constant arrays; @by: what computed them."""

    def __init__(self, by, digits=12):
        self.lines = ["/* SPDX-License-Identifier: GPL-3.0-or-later */", f"/* Written by {by}. Do not edit. */",
                      "#pragma once\n"]
        self.digits = digits

    def emit(self, name, values):
        values = [float(v) for v in np.asarray(values, dtype=np.float64).reshape(-1)]
        self.lines.append(f"static const double {name}[{len(values)}] = {{")
        row = "  "
        for v in values:
            text = f"{v:.{self.digits}g}, "
            if len(row) + len(text) > 98:
                self.lines.append(row.rstrip())
                row = "  "
            row += text
        self.lines.append(row.rstrip())
        self.lines.append("};\n")

    def write(self, folder, name):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
            out.write("\n".join(self.lines).rstrip() + "\n")

#!/usr/bin/env python3
"""Checks that dependencies between the folders of src/ point downwards only.

Every project header that a file includes must lie in its own folder or in one that its layer may use; system headers of the
toolkits must be allowed for the layer too. Also checks that each ui/NAME.ui has a src/app/**/NAME.c and that no source is too long
without saying why.
usage: check-layers.py SOURCE-ROOT
"""
import os
import re
import sys

# Layer: the layers below it that it may include from.
ALLOWED = {
    "base": [],
    "kernels": [],
    "engine": ["base", "kernels"],
    "formats": ["base", "engine", "kernels"],
    "vision": ["base"],
    "capture": ["base", "vision"],
    "learn": ["base", "engine"],
    "storage": ["base", "engine", "kernels", "formats", "vision"],
    "session": ["base", "engine", "kernels", "formats", "vision", "learn", "storage"],
    "paint": ["base"],
    "report": ["base", "engine", "vision", "storage", "session", "paint"],
    "helper": ["base", "vision"],
    "cli": ["base", "engine", "kernels", "vision", "storage", "session", "paint", "report"],
    "app": ["base", "engine", "kernels", "vision", "capture", "session", "paint", "report"],
}
# Headers below session that a client may name because session's own interface speaks in them.
APP_STORAGE = {"cvr-dataset.h", "cvr-model.h", "cvr-picture.h"}

# Toolkit headers: which layers may include them. Anything not listed is free (libc, glib.h).
TOOLKITS = {
    r"gdk-pixbuf/.*": {"vision", "helper"},
    r"(gtk|gdk|gsk|adwaita|graphene).*": {"app"},
    r"cairo.*": {"paint", "vision", "report", "app", "cli"},
    r"sqlite3\.h": {"storage"},
    r"archive.*\.h": {"formats"},
    r"(protobuf-c/|google/).*": {"formats"},
    r"cblas\.h": {"kernels", "learn"},
    r"json-glib/.*": {"formats", "vision", "storage", "session", "cli"},
    r"gst/.*": {"capture"},
    r"gio/.*": {"formats", "vision", "capture", "storage", "session", "report", "cli", "app", "helper"},
    r"glib-object\.h": {"vision", "capture", "storage", "session", "cli", "app"},
    r"glib(/.*)?\.h": set(ALLOWED) - {"kernels"},
}
LONGEST_FILE = 600
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def main():
    root = sys.argv[1]
    problems = []
    where = {}
    sources = []
    for folder, _, names in os.walk(os.path.join(root, "src")):
        for name in names:
            if name.endswith((".c", ".h")):
                path = os.path.join(folder, name)
                layer = os.path.relpath(path, os.path.join(root, "src")).split(os.sep)[0]
                sources.append((layer, path))
                if name.endswith(".h"):
                    where.setdefault(name, set()).add(layer)
    for name, layers in sorted(where.items()):
        if len(layers) > 1:
            problems.append(f"{name} stands in {', '.join(sorted(layers))}: an include of it is ambiguous")

    for layer, path in sorted(sources):
        shown = os.path.relpath(path, root)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if not text.startswith("/* SPDX-License-Identifier: GPL-3.0-or-later */"):
            problems.append(f"{shown}: the first line does not name the licence")
        lines = text.count("\n")
        if lines > LONGEST_FILE:
            problems.append(f"{shown}: {lines} lines; files stop at {LONGEST_FILE}")
        if layer not in ALLOWED:
            problems.append(f"{shown}: the folder {layer} is not a layer that this check knows")
            continue
        for quote, name in INCLUDE.findall(text):
            base = os.path.basename(name)
            if quote == '"' and base in where:
                owner = next(iter(where[base]))
                if owner == layer or owner in ALLOWED[layer]:
                    continue
                if layer == "app" and base in APP_STORAGE:
                    continue
                problems.append(f"{shown}: {layer} must not include {base} of {owner}")
            elif quote == "<":
                for pattern, layers in TOOLKITS.items():
                    if re.fullmatch(pattern, name):
                        if layer not in layers:
                            problems.append(f"{shown}: {layer} must not include <{name}>")
                        break

    ui = os.path.join(root, "ui")
    app_sources = {os.path.basename(path) for layer, path in sources if layer == "app"}
    for name in sorted(os.listdir(ui)) if os.path.isdir(ui) else []:
        if name.endswith(".ui") and name[:-3] + ".c" not in app_sources:
            problems.append(f"ui/{name} has no .c of its name under src/app")

    for problem in problems:
        print(problem)
    print(f"{len(sources)} files checked, {len(problems)} problems")
    return 1 if problems else 0


sys.exit(main())

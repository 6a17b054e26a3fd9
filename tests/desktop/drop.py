#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture file is dragged with the mouse from another window onto a class, and lies there as a picture with that label, on disk too.

usage: drop.py CONVISOR [FOLDER-FOR-PICTURES]      inside a desktop (private-desktop) that has room for both windows
"""
import os
import sqlite3
import subprocess
import sys
import tempfile

from screen_reader import drag, geometry_of, keys, move, place, steps, to_front, until
from stage import check, look, quit_with_keys, say, start, write_picture

NAME = "un ñandú (2).png"


def open_source(path):
    """Beside the program's window."""
    source = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), "drag-source.py"), path])
    until(lambda: geometry_of("Files"), 15, "the window that files are dragged from")
    move("Convisor", 0, 0)
    move("Files", geometry_of("Convisor")[2] + 20, 200)
    to_front("Convisor")
    return source


def label_on_disk(project):
    with sqlite3.connect(project) as database:
        return database.execute(
            "SELECT classes.name FROM items JOIN classes ON classes.position = items.label WHERE items.name = ?", (NAME,)).fetchone()


def drops_on_a_class(program):
    program.wait("tree, 400 pictures")
    x, y, width, height = place(program.wait("tree, 400 pictures"))
    left, top, wide, high = geometry_of("Files")
    drag(steps((left + wide / 2, top + high / 2), (x + width / 2, y + height / 2), 30))
    program.wait("tree, 401 pictures")
    until(lambda: "4001 · 10" in program.texts() or "4,001 · 10" in program.texts(), 10, "one picture more in the sidebar")
    say("a file dragged onto “tree” is a picture of a tree")
    until(lambda: "Drop pictures" not in program.texts(), 5, "the hint where to drop gone")
    look("drop-1")


def main():
    with tempfile.TemporaryDirectory(prefix="Año ñ ") as folder:
        project = os.path.join(folder, "Clase ñ.convisor")
        path = os.path.join(folder, NAME)
        write_picture(path)
        process, program = start("--project", project)
        until(lambda: "4000 · 10" in program.texts() or "4,000 · 10" in program.texts(), 120, "4,000 drawings in the sidebar")
        keys("alt+1")
        source = open_source(path)
        try:
            drops_on_a_class(program)
            to_front("Convisor")
            quit_with_keys(process)
            check(label_on_disk(project) == ("tree",), "and so it is on disk")
        except BaseException:
            look("drop-failed")
            process.kill()
            raise
        finally:
            source.kill()


main()

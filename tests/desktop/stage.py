# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts of this folder share: starting the program, saying what was seen, pictures for people to look at.

Each is called as SCRIPT CONVISOR [FOLDER-FOR-PICTURES].
"""
import os
import subprocess
import sys

import gi

gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf  # noqa: E402

from screen_reader import Program, geometry_of, keys, picture, place, point, to_front, type_text, until  # noqa: E402

pictures = sys.argv[2] if len(sys.argv) > 2 else None


def look(name):
    if pictures:
        os.makedirs(pictures, exist_ok=True)
        picture(os.path.join(pictures, name + ".png"))


def say(sentence):
    print("#", sentence, flush=True)


def check(condition, sentence):
    if not condition:
        raise AssertionError(sentence)
    say(sentence)


def write_picture(path):
    """An orange one."""
    pixels = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 40, 30)
    pixels.fill(0xFFA500FF)
    pixels.savev(path, "png", [], [])


def start(*arguments):
    """The program with @arguments: its process, and what a screen reader makes of it."""
    process = subprocess.Popen([sys.argv[1], *arguments])
    return process, Program("convisor", pid=process.pid)


def quit_with_keys(process):
    keys("ctrl+q")
    check(process.wait(20) == 0, "ends with status 0 on Ctrl+Q")


def label_first(program, key):
    """The first picture of the grid is chosen with the mouse, and labelled with a key."""
    grid = program.find("Pictures", "table") or program.wait("Pictures")
    x, y, _, _ = place(grid)
    point(x + 60, y + 60)
    keys(key)


def double_click(path):
    """What a file manager does then: the program is started with the file, and the one that runs takes it. (Not the file chooser: GTK 4.8
    may crash when one that opens files is read by a screen reader.)"""
    subprocess.run([sys.argv[1], path], check=True, timeout=60)


def answer_chooser(title, path):
    """GTK's own file chooser for saving: a path that is typed is the answer."""
    until(lambda: geometry_of(title), 15, f"the window “{title}”")
    keys("ctrl+a")
    type_text(path)
    keys("Return")
    until(lambda: not geometry_of(title), 15, f"“{title}” answered with {path}")
    to_front("Convisor")

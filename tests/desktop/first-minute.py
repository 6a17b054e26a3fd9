#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first minute as a person lives it, on the real program: it opens on a sample, learns, is looked into, is shrunk, answers a drawing,
has a label fixed and undone, and is there again at the next start. With the keyboard, but for drawing.

usage: first-minute.py CONVISOR [FOLDER-FOR-PICTURES]      inside a desktop (private-desktop)
"""
import math
import os
import tempfile

from screen_reader import drag, keys, place, until
from stage import check, label_first, look, quit_with_keys, say, start


def opens_on_the_sample(program):
    program.wait("Train", role="push button")
    until(lambda: "4000" in program.texts() or "4,000" in program.texts(), 30, "4,000 drawings in the sidebar")
    say("opens on 4,000 drawings with Train ready")
    look("1-start")


def learns(program):
    keys("alt+3", "F5")
    until(lambda: "% right" in program.texts(), 90, "the share of right answers in the sidebar")
    share = next(line for line in program.texts().splitlines() if "% right" in line)
    check(float(share.split()[0].replace("\u202f", "").replace(",", ".")) >= 90, f"learned with F5: {share}")
    look("2-trained")


def is_looked_into(program):
    keys("alt+4")
    program.wait("conv1")
    program.wait("conv1: map 1")
    say("the maps of the first convolution are shown")
    look("3-inside")


def is_shrunk(program):
    keys("alt+5")
    program.wait("Prune")
    keys("alt+p")
    until(lambda: program.has_focus("Share that is pruned"), 5, "focus on the pruning slider with Alt+P")
    # The slider holds on its marks on the way: four presses of a tenth end at 35 %.
    keys(*["Prior"] * 4)
    until(lambda: program.value("Share that is pruned") > 0.3, 5, "more than 30 % with four presses")
    until(lambda: "−" in program.texts() and "%" in program.texts(), 20, "a difference in the table")
    program.wait("validation picture", 20)
    say("pruned with the keyboard; size and accuracy follow")
    look("4-compress")


def answers_a_drawing(program):
    keys("alt+6")
    pad = program.wait("Sheet to draw on")
    x, y, width, height = place(pad)
    side = min(width, height)
    left, top = x + (width - side) / 2, y + (height - side) / 2

    def at(points):
        return [(left + px * side, top + py * side) for px, py in points]

    circle = [(0.5 + 0.38 * math.cos(a / 12 * math.pi), 0.5 + 0.38 * math.sin(a / 12 * math.pi)) for a in range(25)]
    smile = [(0.5 + 0.2 * math.cos(a / 8 * math.pi), 0.55 + 0.2 * math.sin(a / 8 * math.pi)) for a in range(1, 8)]
    drag(at(circle))
    drag(at([(0.38, 0.38), (0.38, 0.44)]))
    drag(at([(0.62, 0.38), (0.62, 0.44)]))
    drag(at(smile))
    until(lambda: "Draw something" not in program.texts(), 10, "an answer to the drawing")
    until(lambda: "28 × 28" in program.texts(), 10, "what the network sees")
    check("face" in program.texts(), "a drawn face is answered in words")
    look("5-try")


def has_a_label_fixed(program):
    keys("alt+1")
    program.wait("Classes")
    label_first(program, "2")
    until(lambda: "401" in program.texts(), 10, "401 of the second kind")
    say("a key gave a label")
    keys("ctrl+z")
    until(lambda: "401" not in program.texts(), 10, "the label undone")
    say("and Ctrl+Z took it back")
    look("6-images")


def is_there_again(project):
    process, program = start("--project", project)
    until(lambda: "% right" in program.texts(), 30, "the trained network at the next start")
    say("project and network are there again")
    keys("alt+7")
    program.wait("ONNX")
    until(lambda: "kB" in program.texts(), 10, "the size of the file")
    look("7-export")
    quit_with_keys(process)


def main():
    with tempfile.TemporaryDirectory() as folder:
        project = os.path.join(folder, "first.convisor")
        process, program = start("--project", project)
        try:
            opens_on_the_sample(program)
            learns(program)
            is_looked_into(program)
            is_shrunk(program)
            answers_a_drawing(program)
            has_a_label_fixed(program)
            quit_with_keys(process)
            is_there_again(project)
        except BaseException:
            look("failed")
            process.kill()
            raise


main()

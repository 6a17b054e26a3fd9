#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects and their files as somebody lives them, on the real program: pictures come in, the project is saved under a name with blanks
and other letters, becomes a lesson, gives way to a new one and comes back from the list; a second window on the same project looks, and
makes a copy of its own. With the keyboard, but for opening the menu and what comes from the file manager.

usage: projects.py CONVISOR [FOLDER-FOR-PICTURES]      inside a desktop (private-desktop)
"""
import glob
import os
import tempfile

from screen_reader import keys, place, point, type_text, until
from stage import answer_chooser, check, double_click, label_first, look, quit_with_keys, say, start, write_picture

NAME = "Mis ñandúes 2"


def choose(program, button, item):
    """An entry of the project button's menu, with the arrow keys."""
    x, y, width, height = place(program.wait(button))
    point(x + width / 2, y + height / 2)
    program.wait(item, role="menu item")

    def next_one():
        keys("Down")
        return program.has_focus(item)

    until(next_one, 10, f"the menu's entry “{item}”")
    keys("Return")


def opens_on_the_sample(program):
    until(lambda: "4000 · 10" in program.texts() or "4,000 · 10" in program.texts(), 120, "4,000 drawings in the sidebar")
    program.wait("on this computer")
    keys("alt+1")
    say("opens on 4,000 drawings that are kept on this computer")


def takes_pictures_in(program, folder):
    double_click(os.path.join(folder, "un ñandú.png"))
    program.wait("4001 · 10 classes", 60)
    say("one picture more, from the file manager")
    look("projects-1-imported")


def is_saved(program, folder):
    path = os.path.join(folder, NAME + ".convisor")
    keys("ctrl+s")
    answer_chooser("Save the project", path)
    program.wait("saved", role="label")
    check(os.path.getsize(path) > 100000, f"Ctrl+S wrote “{os.path.basename(path)}”")
    look("projects-2-saved")


def becomes_a_lesson(program, folder):
    path = os.path.join(folder, "Lección uno.convisor")
    choose(program, "Doodles", "Duplicate as a lesson…")
    program.wait("Title of the lesson")
    look("projects-3-lesson")
    keys("ctrl+a")
    type_text("Lección uno")
    keys("Return")
    answer_chooser("Save the lesson", path)
    until(lambda: os.path.exists(path) and os.path.getsize(path) > 100000, 30, f"“{os.path.basename(path)}”")
    say(f"“{os.path.basename(path)}” is there")
    return path


def gives_way_and_comes_back(program):
    keys("ctrl+n")
    program.wait("Untitled")
    until(lambda: "4001" not in program.texts(), 10, "an empty project")
    choose(program, "Untitled", "All projects…")
    program.wait("All projects")
    check("Doodles" in program.texts() and NAME in program.texts(), "both projects are listed, with the file")
    look("projects-4-all")
    until(lambda: keys("Tab") or program.has_focus("Doodles"), 10, "focus on the first project")
    keys("Return")
    program.wait("4001 · 10 classes")
    say("the first one is there again")


def opens_the_lesson(program, path):
    double_click(path)
    program.wait("Lección uno", 60)
    program.wait("4001 · 10 classes")
    say("the lesson opens as a project")
    look("projects-5-lesson")


def second_window_makes_a_copy():
    """On the live project that the first one writes, which is another computer's view of it too."""
    newest = max(glob.glob(os.path.join(os.environ["XDG_DATA_HOME"], "convisor", "projects", "*.convisor")), key=os.path.getmtime)
    process, program = start("--project", newest)
    program.wait("Here it can only be looked at")
    program.wait("only to look at")
    say("a second window says that it only looks")
    look("projects-6-looks")
    x, y, width, height = place(program.wait("Open a copy instead", role="push button"))
    point(x + width / 2, y + height / 2)
    program.wait("Lección uno (copy)")
    program.wait("on this computer")
    label_first(program, "2")
    program.wait("tree, 401 pictures")
    say("and makes a copy of its own, which can be changed")
    look("projects-7-copy")
    quit_with_keys(process)


def main():
    with tempfile.TemporaryDirectory(prefix="Año ñ ") as folder:
        write_picture(os.path.join(folder, "un ñandú.png"))
        process, program = start()
        try:
            opens_on_the_sample(program)
            takes_pictures_in(program, folder)
            is_saved(program, folder)
            lesson = becomes_a_lesson(program, folder)
            gives_way_and_comes_back(program)
            opens_the_lesson(program, lesson)
            second_window_makes_a_copy()
            quit_with_keys(process)
        except BaseException:
            look("projects-failed")
            process.kill()
            raise


main()

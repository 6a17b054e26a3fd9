# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader and a pair of hands can do with a running program: find controls by name, read, press, type, point.

Waiting is always for something to be true, with a limit; nothing sleeps for a guessed time.
"""
import subprocess
import time
import warnings

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)


class Missing(AssertionError):
    """A control or a state did not come in time."""


def until(question, seconds, what):
    """Asks again and again until the answer is truthy; returns it."""
    end = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Missing(f"{what}: not within {seconds} s")
        time.sleep(0.1)


class Program:
    def __init__(self, name, seconds=30, pid=None):
        """@pid: where several of that name run."""
        Atspi.init()
        self.name = name
        self.pid = pid
        self.node = until(self._find_program, seconds, f"the program {name} on the accessibility bus")

    def _find_program(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child and self.name.lower() == (child.get_name() or "").lower() and self.pid in (None, child.get_process_id()):
                return child
        return None

    def controls(self, node=None, depth=0):
        """Every control below, outermost first. A control that vanishes on the way is passed over."""
        node = node or self.node
        yield node
        if depth > 50:
            return
        try:
            count = node.get_child_count()
        except Exception:
            return
        for i in range(count):
            try:
                child = node.get_child_at_index(i)
            except Exception:
                continue
            if child is not None:
                yield from self.controls(child, depth + 1)

    @staticmethod
    def _is_shown(node):
        component = node.get_component_iface()
        if component is None or not node.get_state_set().contains(Atspi.StateType.VISIBLE):
            return False
        box = component.get_extents(Atspi.CoordType.WINDOW)
        return box.width > 0 and box.height > 0

    def find(self, text, role=None):
        """The shown control whose name is @text, or else contains it; None where there is none."""
        partial = None
        for node in self.controls():
            try:
                name = node.get_name() or ""
                if text.lower() not in name.lower() or (role and node.get_role_name() != role) or not self._is_shown(node):
                    continue
            except Exception:
                continue
            if name.lower() == text.lower():
                return node
            partial = partial or node
        return partial

    def wait(self, text, seconds=30, role=None):
        return until(lambda: self.find(text, role), seconds, f"a control named “{text}”")

    def texts(self):
        """All names that can be read now, as one string."""
        names = []
        for node in self.controls():
            try:
                if node.get_name() and self._is_shown(node):
                    names.append(node.get_name())
            except Exception:
                continue
        return "\n".join(names)

    def value(self, text):
        node = self.wait(text)
        return node.get_value_iface().get_current_value()

    def has_focus(self, text):
        node = self.find(text)
        return node is not None and node.get_state_set().contains(Atspi.StateType.FOCUSED)


def window_id():
    found = subprocess.run(["xdotool", "getactivewindow"], capture_output=True, text=True)
    return found.stdout.strip() if found.returncode == 0 else None


def to_front(title):
    """What the window manager does when a dialog has gone; openbox now and then leaves the keyboard to nobody."""
    subprocess.run(["xdotool", "search", "--onlyvisible", "--name", f"^{title}$", "windowactivate", "--sync"], check=True)


def keys(*names):
    """Presses key combinations one after the other, as on a keyboard."""
    for name in names:
        subprocess.run(["xdotool", "key", "--clearmodifiers", name], check=True)


def type_text(text):
    """Types @text, whatever letters the keyboard has."""
    subprocess.run(["xdotool", "type", "--clearmodifiers", "--delay", "20", text], check=True)


def point(x, y, click=True):
    command = ["xdotool", "mousemove", str(round(x)), str(round(y))]
    subprocess.run(command + (["click", "1"] if click else []), check=True)


def geometry(*window):
    """Left, top, width and height of a window on the screen; @window: how xdotool finds it. None where it isn't there."""
    found = subprocess.run(["xdotool", *window, "getwindowgeometry", "--shell"], capture_output=True, text=True)
    if found.returncode != 0:
        return None
    values = dict(line.split("=") for line in found.stdout.split())
    return tuple(int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))


def geometry_of(title):
    return geometry("search", "--onlyvisible", "--name", f"^{title}$")


def move(title, x, y):
    subprocess.run(["xdotool", "search", "--onlyvisible", "--name", f"^{title}$", "windowmove", "--sync", str(x), str(y)], check=True)


def place(node):
    """Left, top, width and height on the screen, in the window that has the keyboard."""
    box = node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
    x, y, _, _ = geometry("getactivewindow")
    return x + box.x, y + box.y, box.width, box.height


def drag(points):
    """Draws with the first button along points on the screen, in steps that a program can follow."""
    x, y = points[0]
    subprocess.run(["xdotool", "mousemove", str(round(x)), str(round(y)), "mousedown", "1"], check=True)
    for x, y in points[1:]:
        subprocess.run(["xdotool", "mousemove", str(round(x)), str(round(y))], check=True)
    subprocess.run(["xdotool", "mouseup", "1"], check=True)


def steps(start, end, count):
    """Points on the way from @start to @end, and some more there: what lies under the pointer has time to answer."""
    (x, y), (to_x, to_y) = start, end
    way = [(x + (to_x - x) * i / count, y + (to_y - y) * i / count) for i in range(count + 1)]
    return way + [(to_x + i % 2, to_y) for i in range(count)]


def picture(path):
    """A picture of the whole screen, for people to look at. Left out where ImageMagick is not there."""
    subprocess.run(["import", "-window", "root", path], check=False, stderr=subprocess.DEVNULL)

#!/usr/bin/python3
"""Uses the window as a screen reader does: finds by role and name, presses, types, listens. AT-SPI only.

Follows the commands on standard input and prints one JSON line for each thing found, done or heard.
Not here: no assertion about words; the scenario in it/screen_reader.rs judges what is printed.
"""

import json
import subprocess
import sys
import threading
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

# AT-SPI's newer name, and the one that it had before.
ROLES = {"push button": "button", "status bar": "status", "entry": "text"}
STATES = {
    "checked": Atspi.StateType.CHECKED,
    "editable": Atspi.StateType.EDITABLE,
    "enabled": Atspi.StateType.ENABLED,
    "focused": Atspi.StateType.FOCUSED,
}
DEPTH = 60


def say(kind, **more):
    print(json.dumps({"kind": kind, **more}), flush=True)


def heard(event):
    """An announcement, as live regions make them."""
    text = event.any_data if isinstance(event.any_data, str) else ""
    say("heard", name=text)


def role_of(node):
    role = node.get_role_name()
    return ROLES.get(role, role)


def describe(kind, node, **more):
    states = node.get_state_set()
    say(
        kind,
        **more,
        role=role_of(node),
        name=node.get_name() or "",
        description=node.get_description() or "",
        states=[name for name, state in STATES.items() if states.contains(state)],
    )


def turn(seconds=0.05):
    """Lets events in for a moment."""
    context = GLib.MainContext.default()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        while context.pending():
            context.iteration(False)
        time.sleep(0.005)


def every(node, depth=0):
    """The nodes below one, itself first. Some go while one looks."""
    if node is None or depth > DEPTH:
        return
    yield node
    try:
        children = [node.get_child_at_index(at) for at in range(node.get_child_count())]
    except GLib.Error:
        return
    for child in children:
        yield from every(child, depth + 1)


def window():
    """Every node of the one program that is there."""
    desktop = Atspi.get_desktop(0)
    for at in range(desktop.get_child_count()):
        yield from every(desktop.get_child_at_index(at))


def find(role, name, within=30):
    """The first node of a role whose name begins with `name`."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        for node in window():
            try:
                if role_of(node) == role and (node.get_name() or "").startswith(name):
                    return node
            except GLib.Error:
                continue
        turn()
    dump()
    sys.exit(f"there is no {role} named {name!r}")


def dump():
    for node in window():
        try:
            describe("node", node)
        except GLib.Error:
            continue


def press(role, name):
    node = find(role, name)
    describe("found", node)
    action = node.get_action_iface()
    if action is None or action.get_n_actions() == 0:
        sys.exit(f"the {role} {name!r} cannot be pressed")
    action.do_action(0)


def where(role, name):
    """Where it is in its window, in pixels: left, top, width, height. It is looked up anew, since pages scroll."""
    node = find(role, name)
    node.clear_cache()
    place = node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
    describe("found", node, place=[place.x, place.y, place.width, place.height])


def type_into(role, name, text):
    """Gives a field the keyboard and types: text is not set from outside here, it comes as keys."""
    node = find(role, name)
    describe("found", node)
    node.get_component_iface().grab_focus()
    end = time.monotonic() + 10
    while not node.get_state_set().contains(Atspi.StateType.FOCUSED):
        if time.monotonic() > end:
            sys.exit(f"the {role} {name!r} does not take the keyboard")
        turn()
        node.clear_cache()
    subprocess.run(["xdotool", "type", "--delay", "40", text], check=True)


def follow(line):
    """`find ROLE|NAME`, `where ROLE|NAME`, `press ROLE|NAME`, `type ROLE|NAME|TEXT`, `dump`."""
    word, _, rest = line.rstrip("\n").partition(" ")
    parts = rest.split("|")
    if word == "find":
        describe("found", find(*parts))
    elif word == "where":
        where(*parts)
    elif word == "press":
        press(*parts)
    elif word == "type":
        type_into(*parts)
    elif word == "dump":
        dump()
    else:
        sys.exit(f"no such command: {line!r}")
    turn()
    say("did", name=word)


def main():
    listener = Atspi.EventListener.new(heard)
    listener.register("object:announcement")
    lines = []

    def read():
        for line in sys.stdin:
            lines.append(line)
        lines.append(None)

    threading.Thread(target=read, daemon=True).start()
    say("did", name="start")
    while True:
        # What is announced while nothing is asked is heard as well.
        turn()
        while lines:
            line = lines.pop(0)
            if line is None:
                return
            follow(line)


main()

#!/usr/bin/python3
"""Does a whole enrolment as a screen reader would: finds by role and name, presses, types. AT-SPI only.

Called with the enrolment code and a folder. Prints one JSON line per event for the test to judge.
Not here: no assertion about words; the story in it/screen_reader.rs judges what is printed.
"""

import json
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
import pyatspi  # noqa: E402
from gi.repository import Atspi, GLib  # noqa: E402

DEADLINE = time.monotonic() + 240


def say(kind, **more):
    print(json.dumps({"kind": kind, **more}), flush=True)


def listen():
    """Prints every announcement and every change of the status node's name."""

    def heard(event):
        text = event.any_data if isinstance(event.any_data, str) else ""
        if not text and event.source is not None:
            text = event.source.get_name() or ""
        say("heard", event=event.type, text=text)

    listener = Atspi.EventListener.new(heard)
    for kind in ("object:announcement", "object:property-change:accessible-name"):
        listener.register(kind)
    return listener


LISTENER = listen()


def turn():
    """Lets events in for a moment."""
    context = GLib.MainContext.default()
    end = time.monotonic() + 0.05
    while time.monotonic() < end:
        while context.pending():
            context.iteration(False)
        time.sleep(0.005)


def every(node, depth=0):
    if node is None or depth > 40:
        return
    yield node
    try:
        count = node.get_child_count()
    except GLib.Error:
        return
    for at in range(min(count, 500)):
        try:
            child = node.get_child_at_index(at)
        except GLib.Error:
            continue
        yield from every(child, depth + 1)


def application():
    while time.monotonic() < DEADLINE:
        desktop = Atspi.get_desktop(0)
        for at in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(at)
            if app is not None and "enrol" in (app.get_name() or "").lower():
                return app
        turn()
    sys.exit("no application named enrol in the accessibility tree")


def find(role, name, within=30):
    """The first node of a role whose name begins with `name`."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        for node in every(APP):
            try:
                if node.get_role_name() == role and (node.get_name() or "").startswith(name):
                    return node
            except GLib.Error:
                continue
        turn()
    dump()
    sys.exit(f"no {role} named {name!r}")


def dump():
    for node in every(APP):
        try:
            say("node", role=node.get_role_name(), name=node.get_name(), description=node.get_description())
        except GLib.Error:
            continue


def press(role, name):
    node = find(role, name)
    action = node.get_action_iface()
    if action is None or action.get_n_actions() == 0:
        sys.exit(f"the {role} {name!r} cannot be pressed")
    action.do_action(0)
    say("pressed", role=role, name=node.get_name(), description=node.get_description())
    turn()


def type_into(role, name, text):
    node = find(role, name)
    say("field", role=role, name=node.get_name(), description=node.get_description())
    node.get_component_iface().grab_focus()
    turn()
    editable = node.get_editable_text_iface()
    if editable is None or not editable.set_text_contents(text):
        for sign in text:
            subprocess.run(["xdotool", "type", "--delay", "30", sign], check=True)
    turn()


def main():
    """Follows the commands on standard input: `press ROLE|NAME`, `type ROLE|NAME|TEXT`, `find ROLE|NAME`, `dump`, `stop`."""
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        parts = rest.split("|")
        if word == "press":
            press(*parts)
        elif word == "type":
            type_into(*parts)
        elif word == "find":
            node = find(*parts)
            say("found", role=node.get_role_name(), name=node.get_name(), description=node.get_description())
        elif word == "dump":
            dump()
        elif word == "stop":
            break
        say("did", command=word)


APP = application()
say("ready")
main()

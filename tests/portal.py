#!/usr/bin/python3
"""A desktop portal with one setting: org.freedesktop.appearance color-scheme, whose value is the argument.

With the argument "silent" it takes the question and never answers. Prints "up" once it has its name.
"""

import sys

from gi.repository import Gio, GLib

PORTAL = """
<node>
  <interface name="org.freedesktop.portal.Settings">
    <method name="Read">
      <arg type="s" name="namespace" direction="in"/>
      <arg type="s" name="key" direction="in"/>
      <arg type="v" name="value" direction="out"/>
    </method>
  </interface>
</node>
"""


def asked(_bus, _sender, _path, _interface, _method, arguments, call):
    if sys.argv[1] == "silent":
        return
    if arguments.unpack() == ("org.freedesktop.appearance", "color-scheme"):
        # As portals do: a variant within the variant.
        value = GLib.Variant("v", GLib.Variant("u", int(sys.argv[1])))
        call.return_value(GLib.Variant("(v)", (value,)))
    else:
        call.return_dbus_error("org.freedesktop.portal.Error.NotFound", "no such setting")


def on_bus(bus, _name):
    interface = Gio.DBusNodeInfo.new_for_xml(PORTAL).interfaces[0]
    bus.register_object("/org/freedesktop/portal/desktop", interface, asked, None, None)


Gio.bus_own_name(
    Gio.BusType.SESSION,
    "org.freedesktop.portal.Desktop",
    Gio.BusNameOwnerFlags.NONE,
    on_bus,
    lambda *_: print("up", flush=True),
    lambda *_: sys.exit("the name was not given"),
)
GLib.MainLoop().run()
